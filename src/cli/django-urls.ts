import { type ViewName, viewNames } from '../hooks/urls.ts'

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
  return text.split('\n').flatMap((line) => {
    const url = readLine(line)
    if (url === undefined || seen.has(url.path) || NO_API.test(url.path)) return []
    seen.add(url.path)
    return [{ ...url, entry: entryFor(url) }]
  })
}

/** The proposed block, for `latchkey.config.ts`. */
export function writeUrls(proposed: readonly ProposedUrl[]): string {
  const lines = proposed.map(({ path, view, entry }) => {
    if (entry !== undefined) return `  '${path}': ${entry},`
    return `  // '${path}': no view of Latchkey fits${view === '' ? '' : ` (${view})`}`
  })
  return ['urls: {', ...lines, '},', ''].join('\n')
}

function readLine(line: string): DjangoUrl | undefined {
  const [typed = '', view = '', name = ''] = line.includes('|')
    ? line
        .split('|')
        .filter((cell, index) => index > 0 || cell.trim() !== '')
        .map((cell) => cell.trim())
    : line.trim().split(/\t+| {2,}|\s+(?=\S+\.\S+)/)
  const path = readPath(typed.trim())
  return path === undefined ? undefined : { path, view: view.trim(), name: name.trim().replace(/^[\w-]+:/, '') }
}

/** A path as `urls` writes it; undefined for headings, lines between cells and patterns that are no path. */
function readPath(typed: string): string | undefined {
  const plain = typed
    .replace(/^\^|\$$|\\Z$/g, '')
    .replace(/\/\?$/, '/')
    .replaceAll(/\(\?P<(\w+)>[^)]*\)/g, '<$1>')
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
