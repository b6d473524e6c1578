import { type ViewName, viewNames } from '../hooks/urls.ts'
import { isJsonObject } from '../platform/json.ts'
import { printable } from './printable.ts'

/** One line of a Django project's URL listing. */
type DjangoUrl = { path: string; view: string; name: string }

/** What is proposed for a path: an entry of `urls` as it is written, or undefined if no view fits. */
export type ProposedUrl = DjangoUrl & { entry: string | undefined }

/** Views of SimpleJWT, djoser and dj-rest-auth, by the name of their class and, where that says too little, of their module. */
const byClass: readonly (readonly [RegExp, string])[] = [
  [/TokenObtainPairView$|TokenObtainSlidingView$/, "'token_obtain_pair'"],
  [/TokenRefreshView$|TokenRefreshSlidingView$|RefreshViewWithCookieSupport$/, "'token_refresh'"],
  [/TokenVerifyView$/, "'token_verify'"],
  [/TokenBlacklistView$/, "'token_blacklist'"],
  [/djoser\..*TokenCreateView$|ObtainAuthToken$/, "'login'"],
  [/djoser\..*TokenDestroyView$/, "'logout'"],
  [/dj_rest_auth\.registration\..*RegisterView$/, restRegister()],
  [
    /dj_rest_auth\..*LoginView$/,
    "{ view: 'token_obtain_pair', user: ['pk', 'username', 'email', 'first_name', 'last_name'] }",
  ],
  [/dj_rest_auth\..*LogoutView$/, "{ view: 'token_blacklist', members: { detail: 'Successfully logged out.' } }"],
  [
    /dj_rest_auth\..*UserDetailsView$/,
    "{ view: 'profile', profile: ['pk', 'username', 'email', 'first_name', 'last_name'] }",
  ],
  [
    /dj_rest_auth\..*PasswordChangeView$/,
    "{ view: 'change_password', request: { new_password: 'new_password1' }, response: { message: 'detail' } }",
  ],
  [/dj_rest_auth\..*PasswordResetView$/, "{ view: 'password_reset', response: { message: 'detail' } }"],
  [/dj_rest_auth\..*PasswordResetConfirmView$/, restReset()],
]

function restRegister(): string {
  return "{ view: 'register', login: true, user: ['pk', 'username', 'email'], required: ['password2'], request: { password: 'password1' } }"
}

function restReset(): string {
  return "{ view: 'password_reset_confirm', required: ['password2'], request: { new_password: 'new_password1' }, response: { message: 'detail' } }"
}

/** Home-made views, by the last words of their path. The first that fits counts. */
const byPath: readonly (readonly [RegExp, ViewName])[] = [
  [/(reset[-_]?password|password[-_]?reset|forgot[-_]?password)[-_/]confirm/, 'password_reset_confirm'],
  [/reset[-_]?password|password[-_]?reset|forgot[-_]?password|password\/reset/, 'password_reset'],
  [/change[-_]?password|password[-_]?change|set[-_]?password|password\/change/, 'change_password'],
  [/(^|\/)(token|jwt|auth)?\/?[-_]?refresh([-_]token)?\/$/, 'token_refresh'],
  [/(^|\/)verify([-_]token)?\/$/, 'token_verify'],
  [/(^|\/)blacklist\/$/, 'token_blacklist'],
  [/(^|\/)(log[-_]?out|sign[-_]?out)\/$/, 'token_blacklist'],
  [/(^|\/)(register|sign[-_]?up|registration)\/$/, 'register'],
  [
    /(^|\/)(log[-_]?in|sign[-_]?in|token|authenticate|authentication|jwt\/create|token\/(obtain|pair))\/$/,
    'token_obtain_pair',
  ],
  [/(^|\/)(me|profile|whoami|current[-_]?user|user|account)\/$/, 'profile'],
]

/** Paths that no API serves. */
const NO_API = /^(admin|static|media|__debug__|swagger|redoc|schema|docs)(\/|$)/

/**
 * Reads the output of `show_urls` (django-extensions), in any of its formats, or a list of paths, and proposes a view for each
 * path.
 */
export function proposeUrls(text: string): ProposedUrl[] {
  const seen = new Set<string>()
  return readListing(text).flatMap((url) => {
    if (seen.has(url.path) || NO_API.test(url.path)) return []
    seen.add(url.path)
    return [{ ...url, entry: entryFor(url) }]
  })
}

/** What a file contains, as text. Some shells write a listing in UTF-16. */
export function readListingText(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes)
}

/** The proposed block, for `latchkey.config.ts`. */
export function writeUrls(proposed: readonly ProposedUrl[]): string {
  const lines = proposed.map(({ path, view, entry }) => {
    if (entry !== undefined) return `  '${path}': ${entry},`
    return `  // '${path}': no view of Latchkey fits${view === '' ? '' : ` (${printable(view)})`}`
  })
  return ['urls: {', ...lines, '},', ''].join('\n')
}

/** The colours that a terminal shows (ECMA-48 §8.3.117). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with ESC
const COLOURS = /\x1b\[[0-9;]*m/g

function readListing(text: string): DjangoUrl[] {
  const plain = text.replaceAll(COLOURS, '')
  const found: DjangoUrl[] = []
  for (const line of readJson(plain) ?? plain.split(/\r?\n/)) {
    // The format `verbose` has a line for each fact.
    const [, fact, value = ''] = /^\s+(Controller|URL Name|Decorators):\s*(.*)$/.exec(line) ?? []
    const last = found.at(-1)
    if (fact !== undefined && last !== undefined) {
      if (fact === 'Controller') last.view = value.trim()
      if (fact === 'URL Name') last.name = withoutNamespace(value)
      continue
    }
    const url = readLine(line)
    if (url !== undefined) found.push(url)
  }
  return found
}

/** The entries of the formats `json` and `pretty-json`, as lines of the format `dense`; undefined for any other text. */
function readJson(text: string): string[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined
  let entries: unknown
  try {
    entries = JSON.parse(text)
  } catch {
    return undefined
  }
  const textOf = (value: unknown) => (typeof value === 'string' ? value.replaceAll(/[\t\r\n]/g, ' ') : '')
  return Array.isArray(entries)
    ? entries.map((entry) => {
        const { url, module, name } = isJsonObject(entry) ? entry : {}
        return [url, module, name].map(textOf).join('\t')
      })
    : undefined
}

function withoutNamespace(name: string): string {
  return name.trim().replace(/^([\w-]+:)+/, '')
}

function readLine(line: string): DjangoUrl | undefined {
  const [typed = '', view = '', name = ''] = /(^|\s)\|(\s|$)/.test(line)
    ? line
        .split(/(?:^|\s)\|(?:\s|$)/)
        .filter((cell, index) => index > 0 || cell.trim() !== '')
        .map((cell) => cell.trim())
    : line.trim().split(/\t+| {2,}|\s+(?=\S+\.\S+)/)
  const path = readPath(typed.trim())
  return path === undefined ? undefined : { path, view: view.trim(), name: withoutNamespace(name) }
}

/** A path as `urls` writes it; undefined for headings, lines between cells and patterns that are no path. */
function readPath(typed: string): string | undefined {
  const plain = typed
    .replace(/^\^|\$$|\\Z$/g, '')
    .replace(/\/\?$/, '/')
    .replaceAll(/(^|\/)\^/g, '$1')
    .replaceAll(/\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)/g, '<$1>')
    .replaceAll(/\((?!\?)(?:[^()]|\([^()]*\))*\)[+*?]?/g, '<id>')
    .replaceAll(/<(?:\w+:)?\w+>/g, '<id>')
    .replace(/^\//, '')
  const isPath = /^([\w.~-]+|<id>)(\/([\w.~-]+|<id>))*\/?$/.test(plain) && /[/]/.test(typed)
  if (!isPath || plain.includes('<id>.') || /\.<id>|\.json/.test(plain)) return undefined
  return plain.endsWith('/') ? plain : `${plain}/`
}

function entryFor({ path, view, name }: DjangoUrl): string | undefined {
  const known = viewNames.find((one) => one === name)
  const isOfDjoser = /djoser/.test(view)
  const hasId = path.includes('<id>')
  // `login` and `logout` are djoser's names for keys; other projects call other views so.
  const isAmbiguous = (known === 'login' || known === 'logout' || known === 'register') && !isOfDjoser
  if (known !== undefined && !isAmbiguous && hasId === known.endsWith('-detail')) return `'${known}'`
  if (hasId) return undefined
  const ofClass = byClass.find(([pattern]) => pattern.test(view))?.[1]
  if (ofClass !== undefined) return ofClass
  const ofPath = byPath.find(([pattern]) => pattern.test(path.toLowerCase()))?.[1]
  return ofPath && `'${ofPath}'`
}
