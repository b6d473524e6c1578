import { isJsonObject } from '../../platform/json.ts'

/** One path of a Django project. */
export type DjangoUrl = {
  /** In the form of `urls`: without a leading slash, with `<id>` and `<uid>/<token>/` as parameters. */
  path: string
  view: string
  name: string
  /** Whether the path has a placeholder for a version of the API; it contains the first version. */
  hasVersion: boolean
}

/** A path as written, and the other facts of the listing. */
type Listed = { typed: string; view: string; name: string }

/**
 * The paths of a listing: the output of `show_urls` (django-extensions) in any of its formats, an OpenAPI document of
 * drf-yasg or drf-spectacular, the list on Django's page for an unknown path, a `urls.py`, or one path per line.
 */
export function readUrlList(text: string): DjangoUrl[] {
  const plain = text.replaceAll(COLOURS, '')
  const listed = readDocument(plain) ?? readOpenApiYaml(plain) ?? readLines(plain)
  return listed.flatMap(({ typed, view, name }) => {
    const path = readPath(typed)
    return path === undefined ? [] : [{ ...path, view: view.trim(), name: withoutNamespace(name) }]
  })
}

/** What a file contains, as text. Some shells write a listing in UTF-16. */
export function readListingText(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes)
}

/** Terminal colour codes (ECMA-48 §8.3.117). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with ESC
const COLOURS = /\x1b\[[0-9;]*m/g

/** The formats `json` and `pretty-json` of `show_urls`, and OpenAPI as JSON; undefined for any other text. */
function readDocument(text: string): Listed[] | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return undefined
  }
  const textOf = (value: unknown) => (typeof value === 'string' ? value.replaceAll(/[\t\r\n]/g, ' ') : '')
  if (Array.isArray(document)) {
    return document.map((entry) => {
      const { url, module, name } = isJsonObject(entry) ? entry : {}
      return { typed: textOf(url), view: textOf(module), name: textOf(name) }
    })
  }
  const { paths, basePath } = isJsonObject(document) ? document : {}
  const base = textOf(basePath).replace(/\/$/, '')
  return isJsonObject(paths) ? Object.keys(paths).map((path) => bare(base + textOf(path))) : []
}

/** OpenAPI as YAML: the keys below `paths`. Undefined for any other text. */
function readOpenApiYaml(text: string): Listed[] | undefined {
  if (!/^(openapi|swagger):/m.test(text)) return undefined
  const [, section = ''] = /^paths:[^\n]*\n((?:[ \t]+[^\n]*(?:\n|$)|\s*\n)*)/m.exec(text) ?? []
  const [, base = ''] = /^basePath:\s*['"]?([^'"\s]+)/m.exec(text) ?? []
  return section.split(/\r?\n/).flatMap((line) => {
    const [, path] = /^ {2,4}['"]?(\/[^'"\s]*?)['"]?:\s*$/.exec(line) ?? []
    return path === undefined ? [] : [bare(base.replace(/\/$/, '') + path)]
  })
}

function bare(typed: string): Listed {
  return { typed, view: '', name: '' }
}

function readLines(text: string): Listed[] {
  const found: Listed[] = []
  for (const line of text.split(/\r?\n/)) {
    // The format `verbose` has one line for each fact.
    const [, fact, value = ''] = /^\s+(Controller|URL Name|Decorators):\s*(.*)$/.exec(line) ?? []
    const last = found.at(-1)
    if (fact !== undefined && last !== undefined) {
      if (fact === 'Controller') last.view = value
      if (fact === 'URL Name') last.name = value
    } else found.push(readCall(line) ?? readNumbered(line) ?? readCells(line))
  }
  return found
}

/**
 * A line of a `urls.py`: `path('api/login/', LoginView.as_view(), name='login')`. The files that it includes are not
 * read.
 */
function readCall(line: string): Listed | undefined {
  const [, typed, rest = ''] = /^\s*<?(?:path|re_path|url|URLPattern)\W{0,2}r?['"]([^'"]*)['"](.*)$/.exec(line) ?? []
  if (typed === undefined) return undefined
  if (/\binclude\(/.test(rest)) return bare('')
  const [, view = ''] = /^\s*,\s*([\w.]+?)(?:\.as_view)?\b\s*[(,)]/.exec(rest) ?? []
  const [, name = ''] = /name\s*=\s*['"]([^'"]*)['"]/.exec(rest) ?? []
  return { typed, view, name }
}

/** A line of Django's page for an unknown path: `2. api/ token/ [name='token_obtain_pair']`. */
function readNumbered(line: string): Listed | undefined {
  const [, parts, name = ''] = /^\s*\d+\.\s+(\S.*?)(?:\s+\[name='([^']*)'\])?\s*$/.exec(line) ?? []
  if (parts === undefined) return undefined
  return { typed: parts.replaceAll(/\s+\^?/g, ''), view: '', name }
}

function readCells(line: string): Listed {
  const [typed = '', view = '', name = ''] = /(^|\s)\|(\s|$)/.test(line)
    ? line
        .split(/(?:^|\s)\|(?:\s|$)/)
        .filter((cell, index) => index > 0 || cell.trim() !== '')
        .map((cell) => cell.trim())
    : line.trim().split(/\t+| {2,}|\s+(?=\S+\.\S+)/)
  return { typed: typed.trim(), view, name }
}

function withoutNamespace(name: string): string {
  return name.trim().replace(/^([\w-]+:)+/, '')
}

/** A path in the form of `urls`; undefined for headings, lines between cells and patterns that are not paths. */
function readPath(typed: string): Pick<DjangoUrl, 'path' | 'hasVersion'> | undefined {
  const named = typed
    .replace(/^\^|\$$|\\Z$/g, '')
    .replace(/\/\?$/, '/')
    .replaceAll(/(^|\/)\^/g, '$1')
    .replaceAll(/\(\?P<(\w+)>((?:[^()]|\([^()]*\))*)\)/g, (_, name: string, pattern: string) =>
      isVersion(name) ? firstVersion(pattern) : `<${name}>`,
    )
    .replaceAll(/\((?!\?)(?:[^()]|\([^()]*\))*\)[+*?]?/g, '<id>')
    .replaceAll(/\{(\w+)\}|<(?:\w+:)?(\w+)>/g, (_, one?: string, other?: string) =>
      isVersion(one ?? other ?? '') ? 'v1' : `<${one ?? other}>`,
    )
    .replace(/^\//, '')
  const hasVersion = /\{version\}|<(?:\w+:)?version>/i.test(typed)
  const slashed = named.endsWith('/') ? named : `${named}/`
  const plain = slashed
    .replace(/<uid\w*>\/<token>\/$/, ':uid/:token/')
    .replaceAll(/<\w+>/g, '<id>')
    .replace(':uid/:token/', '<uid>/<token>/')
  const isPath = /^([\w.~-]+|<\w+>)(\/([\w.~-]+|<\w+>))*\/$/.test(plain) && /[/]/.test(typed)
  if (!isPath || plain.includes('<id>.') || /\.<id>|\.json/.test(plain)) return undefined
  return { path: plain, hasVersion }
}

function isVersion(name: string): boolean {
  return name.toLowerCase() === 'version'
}

/** The first version that a pattern allows: `v1` for `v1|v2`, `1` for `\d+`. */
function firstVersion(pattern: string): string {
  const [first = ''] = pattern.replaceAll(/[()]/g, '').split('|')
  return /^[\w.]+$/.test(first) ? first : /\\w|\[a-z|v/.test(first) ? 'v1' : '1'
}
