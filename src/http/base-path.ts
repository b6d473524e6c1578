/** The path of PUBLIC_URL below which the server is reached: `/auth`. Empty if it has the whole origin. */
export function basePathOf(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/$/, '')
}

/**
 * Makes a target what it is behind a proxy that strips the base path, so that it does not matter whether the proxy does.
 *
 * @param basePath as `basePathOf` gives it
 * @param target the target of a request: path and query
 */
export function withoutBasePath(basePath: string, target: string): string {
  if (basePath === '' || !target.startsWith(basePath)) return target
  const rest = target.slice(basePath.length)
  if (rest === '' || rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') ? rest : target
}
