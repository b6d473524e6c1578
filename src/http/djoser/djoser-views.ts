import type { View } from '../classic/view.ts'
import { keyViews } from './key-views.ts'
import type { DjoserParts } from './parts.ts'
import { passwordViews } from './password-views.ts'
import { userViews } from './user-views.ts'

/** djoser's paths, and which of the classic views stand behind those of its `jwt/`. */
const jwtViews = [
  ['jwt-create', 'token_obtain_pair', 'jwt/create/'],
  ['jwt-refresh', 'token_refresh', 'jwt/refresh/'],
  ['jwt-verify', 'token_verify', 'jwt/verify/'],
] as const

/**
 * All views of djoser's dialect, below DJOSER_PREFIX. If DJOSER is off, they have no paths, but `urls` may still mount
 * them.
 *
 * @param tokenViews the views of the classic contract, which also serve djoser's `jwt/` paths
 */
export function djoserViews(parts: DjoserParts, tokenViews: readonly View[]): View[] {
  const { isOn, prefix, hasKeys } = parts.settings
  const ofTokens = jwtViews.flatMap(([id, classicId, path]): View[] =>
    tokenViews
      .filter((view) => view.id === classicId)
      .map((view) => ({ ...view, id, paths: [path], dialect: 'djoser' })),
  )
  const views = [...userViews(parts), ...passwordViews(parts), ...ofTokens, ...(hasKeys ? keyViews(parts) : [])]
  const at = (path: string) => (isOn ? [`${prefix}${path}`] : [])
  return views.map((view) => ({ ...view, paths: view.paths.flatMap(at) }))
}
