import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const pages = globSync('{CONTRIBUTING.md,SECURITY.md,docs/architecture.md,docs/decisions/*.md}', { cwd: root })

/** What a page quotes as code. */
const quotedIn = (page: string) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text)

const foldersOf = (path: string) =>
  readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${name}/`)

describe('the page about the architecture', () => {
  it.each(['src', 'src/app', 'src/cli', 'src/flows', 'src/http', 'src/http/v1', 'packages'])(
    'names every folder of %s',
    (path) => {
      const named = quotedIn('docs/architecture.md').flatMap((text) => [
        text,
        text.slice(text.lastIndexOf('/', text.length - 2) + 1),
      ])
      expect(foldersOf(path).filter((folder) => !named.includes(folder))).toEqual([])
    },
  )
})

describe('the pages for people who read the code', () => {
  const files = globSync('{src,test,bench,scripts,docs,web/src,packages/*/{src,build}}/**/*.*', { cwd: root }).map(
    (path) => `/${path.replaceAll(sep, '/')}`,
  )
  // What the build and the browser tests write is not in the repository, and the others are files of a deployment.
  const isElsewhere = (text: string) =>
    /^(dist|src\/generated|test\/browser\/screenshots|data|node_modules)\//.test(text)
  // A decision may end a path of a URL with a slash.
  const isPath = (text: string, page: string) =>
    /^[a-z][\w./-]*(\.tsx?|\/)$/.test(text) &&
    !isElsewhere(text) &&
    !(text.endsWith('/') && page.includes('decisions/'))

  it.each(pages)('names no file or folder that does not exist: %s', (page) => {
    const paths = quotedIn(page).filter((text) => isPath(text, page))
    expect(paths.filter((text) => !files.some((path) => path.includes(`/${text}`)))).toEqual([])
  })
})
