import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
const quoted = [...page.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text)

const foldersOf = (path: string) =>
  readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${name}/`)

describe('the page about the architecture', () => {
  it.each(['src', 'src/app', 'src/cli', 'src/flows', 'src/http', 'src/http/v1', 'packages'])(
    'names every folder of %s',
    (path) => {
      const named = quoted.flatMap((text) => [text, text.slice(text.lastIndexOf('/', text.length - 2) + 1)])
      expect(foldersOf(path).filter((folder) => !named.includes(folder))).toEqual([])
    },
  )

  it('names no file or folder that does not exist', () => {
    const files = globSync('{src,test,web/src,packages/*/{src,build}}/**/*.{ts,tsx}', { cwd: root }).map(
      (path) => `/${path.replaceAll(sep, '/')}`,
    )
    // What the build writes is not in the repository.
    const isBuilt = (text: string) => /^(dist|src\/generated)\//.test(text)
    const paths = quoted.filter((text) => /^[\w./-]+(\.ts|\/)$/.test(text) && !isBuilt(text))
    const isThere = (text: string) => files.some((path) => path.includes(`/${text}`))
    expect(paths.length).toBeGreaterThan(50)
    expect(paths.filter((text) => !isThere(text))).toEqual([])
  })
})
