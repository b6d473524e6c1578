/**
 * The path of a request's target as the router reads it: `%6c` is `l`, but `%2F` separates nothing. The router itself
 * decodes only paths with routes for the method, so code that answers for another method uses this. Empty for a target
 * that cannot be decoded.
 */
export function routedPath(target: string): string {
  const [path = ''] = target.includes('?') || target.includes('#') ? target.split(/[?#]/, 1) : [target]
  if (!path.includes('%')) return path
  try {
    return decodeURI(path)
  } catch {
    return ''
  }
}
