import type { BuiltManifest } from './built-pages.ts'

/** Files that a page needs soon, by name. */
export type Preloads = { scripts: readonly string[]; styles: readonly string[] }

/** For a page that needs nothing else. */
export const NO_PRELOADS: Preloads = { scripts: [], styles: [] }

const SIGN_IN = /^\/sign-in$/
const account = ['src/api/query-provider.tsx', 'src/account/account-layout.tsx']
const administration = ['src/administration/administration-router.ts']
const aUser = [...administration, 'src/users/user-layout.tsx']

/**
 * The parts of a page that its script would only ask for once it runs, a round trip later. First the paths, then the
 * sources below `web/`.
 */
const pages: readonly [path: RegExp, sources: readonly string[]][] = [
  [SIGN_IN, ['src/sign-in/sign-in-page.tsx']],
  [/^\/sign-up$/, ['src/sign-up/sign-up-page.tsx']],
  [/^\/signed-out$/, ['src/sign-in/signed-out-page.tsx']],
  [/^\/forgot-password$/, ['src/mailed-links/forgot-password-page.tsx']],
  [/^\/first-administrator$/, ['src/first-administrator/first-administrator-page.tsx']],
  [/^\/account\/reset-password$/, ['src/mailed-links/reset-password-page.tsx']],
  [/^\/account\/verify-email$/, ['src/mailed-links/verify-email-page.tsx']],
  [/^\/account\/confirm-email-change$/, ['src/mailed-links/change-email-page.tsx']],
  [/^\/account\/accept-invitation$/, ['src/mailed-links/accept-invitation-page.tsx']],
  [/^\/account$/, [...account, 'src/account/profile-page.tsx']],
  [/^\/account\/security$/, [...account, 'src/account/security-page.tsx']],
  [/^\/account\/sessions$/, [...account, 'src/account/sessions-page.tsx']],
  [/^\/account\/activity$/, [...account, 'src/account/activity-page.tsx']],
  [/^\/account\/data$/, [...account, 'src/account/data-page.tsx']],
  [/^\/admin$/, [...administration, 'src/overview/overview-page.tsx']],
  [/^\/admin\/users$/, [...administration, 'src/users/users-page.tsx']],
  [/^\/admin\/users\/\d+$/, [...aUser, 'src/users/profile-tab.tsx']],
  [/^\/admin\/users\/\d+\//, aUser],
  [/^\/admin\/groups$/, [...administration, 'src/groups/groups-page.tsx']],
  [/^\/admin\/sessions$/, [...administration, 'src/sessions/sessions-page.tsx']],
  [/^\/admin\/events$/, [...administration, 'src/events/events-page.tsx']],
  [/^\/admin(\/|$)/, administration],
]

/** Shown with the form of `/sign-in` where people can sign in without a password. */
const OTHER_WAYS = 'src/factors/other-ways.tsx'

/** Finds the files that a page needs soon. `path` is that of the request, below `PUBLIC_URL`, without a query. */
type FindPreloads = (path: string) => Preloads

/** Looks up once what each page needs, besides what every page loads. */
export function createFindPreloads(manifest: BuiltManifest, hasOtherWays: boolean): FindPreloads {
  const shared = filesOf(manifest, ['index.html'])
  const found = pages.map(([pattern, sources]) => {
    const all = hasOtherWays && pattern === SIGN_IN ? [...sources, OTHER_WAYS] : sources
    const files = [...filesOf(manifest, all)].filter((file) => !shared.has(file))
    return {
      pattern,
      preloads: {
        scripts: files.filter((file) => !file.endsWith('.css')),
        styles: files.filter((file) => file.endsWith('.css')),
      },
    }
  })
  return (path) => {
    const plain = path.replace(/\/+$/, '')
    return found.find(({ pattern }) => pattern.test(plain))?.preloads ?? NO_PRELOADS
  }
}

/** The scripts and styles of these parts and of everything that they import. */
function filesOf(manifest: BuiltManifest, keys: readonly string[]): Set<string> {
  const files = new Set<string>()
  const visit = (key: string): void => {
    const part = manifest[key]
    if (part === undefined || files.has(part.file)) return
    files.add(part.file)
    for (const style of part.css ?? []) files.add(style)
    for (const one of part.imports ?? []) visit(one)
  }
  for (const key of keys) visit(key)
  return files
}
