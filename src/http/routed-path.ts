/**
 * The path of a request's target as the router reads it: `%6c` is `l`, but `%2F` separates nothing. The router itself
 * decodes only where it has routes for the method, so whoever answers for another method asks here. Empty for a target
 * that cannot be decoded.
 */
export function routedPath(target: string): string {
  const [path = ''] = target.split(/[?#]/, 1)
  try {
    return decodeURI(path)
  } catch {
    return ''
  }
}
