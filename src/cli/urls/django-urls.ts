import { type ViewName, viewNames } from '../../hooks/urls.ts'
import { printable } from '../terminal/printable.ts'
import { type DjangoUrl, readUrlList } from './django-url-list.ts'

/** The proposal for a path: an entry of `urls` as source text, or undefined if no view fits. */
type ProposedUrl = DjangoUrl & { entry: string | undefined }

/** Views of SimpleJWT, djoser and dj-rest-auth, by class name and, if that is ambiguous, by module. */
const byClass: readonly (readonly [RegExp, string])[] = [
  [/TokenObtainPairView$|TokenObtainSlidingView$/, "'token_obtain_pair'"],
  [/TokenRefreshView$|TokenRefreshSlidingView$|RefreshViewWithCookieSupport$/, "'token_refresh'"],
  [/TokenVerifyView$/, "'token_verify'"],
  [/TokenBlacklistView$/, "'token_blacklist'"],
  [/djoser\..*TokenCreateView$/, "'login'"],
  [
    /ObtainAuthToken$|knox\.views\.LoginView$|authtoken\.views\.obtain_auth_token$/,
    "{ view: 'login', response: { auth_token: 'token' } }",
  ],
  [/knox\.views\.Logout(All)?View$/, "'logout'"],
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

/** The project's own views, by the last words of their path. The first match wins. */
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

/** Views that answer with HTML pages and take forms with a CSRF token. */
const PAGES = /^(django\.|allauth\.(?!headless))/

/** Paths that do not belong to an API. */
const NO_API = /^(admin|static|media|__debug__|swagger|redoc|schema|docs)(\/|$)/

/**
 * Reads the output of `show_urls` (django-extensions), in any of its formats, or a list of paths, and proposes a view
 * for each path.
 */
export function proposeUrls(text: string): ProposedUrl[] {
  const seen = new Set<string>()
  return readUrlList(text).flatMap((url) => {
    if (seen.has(url.path) || NO_API.test(url.path)) return []
    seen.add(url.path)
    return [{ ...url, entry: entryFor(url) }]
  })
}

/** The proposed block, for `latchkey.config.ts`. */
export function writeUrls(proposed: readonly ProposedUrl[]): string {
  const lines = proposed.map(({ path, view, entry, hasVersion }) => {
    const note = hasVersion ? ' // the path has a place for a version: write one line for each that you serve' : ''
    if (entry !== undefined) return `  '${path}': ${entry},${note}`
    return `  // '${path}': no view of Latchkey fits${view === '' ? '' : ` (${printable(view)})`}`
  })
  return ['urls: {', ...lines, '},', ''].join('\n')
}

function entryFor({ path, view, name }: DjangoUrl): string | undefined {
  if (PAGES.test(view)) return undefined
  const known = viewNames.find((one) => one === name)
  const isOfDjoser = /djoser/.test(view)
  const [ids, hasLink] = [path.split('<id>').length - 1, path.endsWith(LINK)]
  if (ids > 1 || (ids === 1 && hasLink)) return undefined
  // `login` and `logout` are djoser's names for key views; other projects use them for other views.
  const isAmbiguous = (known === 'login' || known === 'logout' || known === 'register') && !isOfDjoser
  const hasPlaces = (ids === 1) === known?.endsWith('-detail') && (!hasLink || linkViews.test(known ?? ''))
  if (known !== undefined && !isAmbiguous && hasPlaces) return `'${known}'`
  if (ids > 0) return undefined
  const ofClass = byClass.find(([pattern]) => pattern.test(view))?.[1]
  if (ofClass !== undefined && (!hasLink || linkViews.test(ofClass))) return ofClass
  const shortened = path.toLowerCase().replace(LINK, '')
  const ofPath = byPath.find(([pattern]) => pattern.test(shortened))?.[1]
  if (hasLink) return ofPath?.startsWith('password_reset') ? "'password_reset_confirm'" : undefined
  // Django's generic view for it takes PUT and PATCH.
  if (ofPath === 'change_password') return "{ view: 'change_password', methods: ['POST', 'PUT', 'PATCH'] }"
  return ofPath && `'${ofPath}'`
}

/** The end of a path with the two parts of a mailed link. */
const LINK = '<uid>/<token>/'
/** The views that take them. */
const linkViews = /password_reset_confirm|activation|-confirm$/
