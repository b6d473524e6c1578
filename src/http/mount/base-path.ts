/** The path of PUBLIC_URL under which the server is reached: `/auth`. Empty if it has the whole origin. */
export function basePathOf(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/$/, '')
}

/**
 * Removes the base path from a target, if it is still there. So it does not matter whether a proxy strips it.
 *
 * @param basePath the result of `basePathOf`
 * @param target the target of a request: path and query
 */
export function withoutBasePath(basePath: string, target: string): string {
  if (basePath === '' || !target.startsWith(basePath)) return target
  const rest = target.slice(basePath.length)
  if (rest === '' || rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') ? rest : target
}
