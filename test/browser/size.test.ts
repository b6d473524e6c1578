import { globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { type PagesApp, startPagesApp } from './pages-app.ts'
import { visit } from './visitor.ts'

const built = join(import.meta.dirname, '../../dist/pages')

/** The most that the sign-in pages may load, in bytes of gzipped JavaScript. */
const LIMIT = 150_000

describe('the sign-in pages', () => {
  let app: PagesApp
  let browser: Browser

  beforeAll(async () => {
    app = await startPagesApp()
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })

  it.each(['/sign-in/', '/sign-up/', '/forgot-password/', '/account/reset-password?token=x', '/signed-out/'])(
    '%s loads little',
    async (path) => {
      const visitor = await visit(browser, { url: app.url })
      const scripts = new Set<string>()
      visitor.page.on('request', (request) => {
        const { pathname } = new URL(request.url())
        if (pathname.endsWith('.js')) scripts.add(pathname.replace('/pages/', ''))
      })
      await visitor.open(path)
      await visitor.page.waitForLoadState('networkidle')
      const sizes = [...scripts].map((name) => sizeOf(name))
      expect(sizes.length).toBeGreaterThan(1)
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(LIMIT)
      visitor.check()
      await visitor.leave()
    },
  )
})

/** A class name of the library's own. */
const OF_LIBRARY = /m_[0-9a-f]{8}/g

describe('the styles of the library', () => {
  it('are those of the components that the pages use, and no others', () => {
    const folder = join(createRequire(import.meta.url).resolve('@mantine/core/styles.css'), '../styles')
    const everything = (pattern: string) =>
      globSync(pattern, { cwd: built })
        .map((file) => readFileSync(join(built, file), 'utf8'))
        .join()
    const inScripts = new Set(everything('*.js').match(OF_LIBRARY))
    const inStyles = new Set(everything('*.css').match(OF_LIBRARY))
    for (const part of readdirSync(folder).filter((name) => /^[A-Z]\w+\.css$/.test(name))) {
      const classes = readFileSync(join(folder, part), 'utf8').match(OF_LIBRARY) ?? []
      const isUsed = classes.some((one) => inScripts.has(one))
      expect({ part, isStyled: classes.some((one) => inStyles.has(one)) }).toEqual({ part, isStyled: isUsed })
    }
  })
})

/** Of a file as it is sent to a browser that takes gzip only. What is not worth compressing is sent as it is. */
function sizeOf(name: string): number {
  return statSync(join(built, `${name}.gz`), { throwIfNoEntry: false })?.size ?? readFileSync(join(built, name)).length
}
