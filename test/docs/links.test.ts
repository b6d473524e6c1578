import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const pages = globSync('{*.md,docs/**/*.md,test/**/*.md,bench/**/*.md,examples/*/*.md,packages/*/*.md}', { cwd: root })
  .map((path) => path.replaceAll(sep, '/'))
  .toSorted()

/** A page without its code blocks, in which nothing is a link or a heading. */
function proseOf(path: string): string {
  return readFileSync(path, 'utf8').replace(/^```[\s\S]*?^```$/gm, '')
}

/** The targets of the links of a page, except those on other hosts. */
function relativeLinks(path: string): string[] {
  const targets = [...proseOf(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return targets.filter((target) => !/^[a-z]+:/.test(target) && target !== '{link}')
}

/** The anchors that a page has, as GitHub derives them from its headings. */
function anchorsOf(path: string): string[] {
  return [...proseOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function isBroken(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? join(root, page) : join(root, dirname(page), path)
  if (!existsSync(file)) return true
  return anchor !== undefined && !anchorsOf(file).includes(anchor)
}

describe('the manual', () => {
  it.each(pages)('%s has no broken links', (page) => {
    expect(relativeLinks(join(root, page)).filter((target) => isBroken(page, target))).toEqual([])
  })

  it.each(['docs', 'docs/decisions'])('%s/README.md lists every page beside it', (folder) => {
    const listed = relativeLinks(join(root, folder, 'README.md'))
    const beside = globSync('*.md', { cwd: join(root, folder) }).filter((name) => name !== 'README.md')
    expect(beside.filter((name) => !listed.includes(name))).toEqual([])
  })
})
