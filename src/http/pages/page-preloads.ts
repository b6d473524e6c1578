import type { BuiltManifest } from './built-pages.ts'

/**
 * The parts of a page that its script would only ask for once it runs, a round trip later. First the paths, then the
 * sources below `web/`.
 */
const pages: readonly [path: RegExp, sources: readonly string[]][] = [
  [/^\/sign-in$/, ['src/sign-in/sign-in-page.tsx']],
  [/^\/sign-up$/, ['src/sign-up/sign-up-page.tsx']],
  [/^\/signed-out$/, ['src/sign-in/signed-out-page.tsx']],
  [/^\/forgot-password$/, ['src/mailed-links/forgot-password-page.tsx']],
  [/^\/account\/reset-password$/, ['src/mailed-links/reset-password-page.tsx']],
  [/^\/account\/verify-email$/, ['src/mailed-links/verify-email-page.tsx']],
  [/^\/account\/confirm-email-change$/, ['src/mailed-links/change-email-page.tsx']],
  [/^\/account\/accept-invitation$/, ['src/mailed-links/accept-invitation-page.tsx']],
  [/^\/account$/, ['src/api/query-provider.tsx', 'src/account/account-layout.tsx', 'src/account/profile-page.tsx']],
  [/^\/admin(\/|$)/, ['src/administration/administration-router.ts']],
]

/** Shown with the form of `/sign-in/` where people can sign in without a password. */
const OTHER_WAYS = 'src/factors/other-ways.tsx'

/**
 * Finds the scripts that a page needs soon, besides those that every page loads.
 *
 * @param path of the request, below the path of `PUBLIC_URL`, without a query
 * @returns their names
 */
export function preloadsFor(manifest: BuiltManifest, path: string, hasOtherWays: boolean): string[] {
  const sources = pages.find(([pattern]) => pattern.test(path.replace(/\/+$/, '') || '/'))?.[1] ?? []
  const all = path.startsWith('/sign-in') && hasOtherWays ? [...sources, OTHER_WAYS] : sources
  const shared = filesOf(manifest, ['index.html'])
  return [...filesOf(manifest, all)].filter((file) => !shared.has(file))
}

/** The files of these parts and of everything that they import. */
function filesOf(manifest: BuiltManifest, keys: readonly string[]): Set<string> {
  const files = new Set<string>()
  const visit = (key: string): void => {
    const part = manifest[key]
    if (part === undefined || files.has(part.file)) return
    files.add(part.file)
    for (const one of part.imports ?? []) visit(one)
  }
  for (const key of keys) visit(key)
  return files
}
