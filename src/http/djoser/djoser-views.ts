import type { View } from '../classic/view.ts'
import { keyViews } from './key-views.ts'
import type { DjoserParts } from './parts.ts'
import { passwordViews } from './password-views.ts'
import { userViews } from './user-views.ts'

/** djoser's paths, and which of the classic views stand behind those of its `jwt/`. */
const jwtPaths = {
  'Token Obtain Pair': 'jwt/create/',
  'Token Refresh': 'jwt/refresh/',
  'Token Verify': 'jwt/verify/',
} as const

/**
 * All views of djoser's dialect, below DJOSER_PREFIX.
 *
 * @param tokenViews those of the classic contract: the `jwt/` paths are the same views
 */
export function djoserViews(parts: DjoserParts, tokenViews: readonly View[]): View[] {
  const { prefix, hasKeys } = parts.settings
  const jwtViews = tokenViews.flatMap((view): View[] => {
    const path = jwtPaths[view.name as keyof typeof jwtPaths]
    return path === undefined ? [] : [{ ...view, paths: [path], dialect: 'djoser' }]
  })
  const views = [...userViews(parts), ...passwordViews(parts), ...jwtViews, ...(hasKeys ? keyViews(parts) : [])]
  return views.map((view) => ({ ...view, paths: view.paths.map((path) => `${prefix}${path}`) }))
}
