import type { FastifyInstance } from 'fastify'
import { routedPath } from './routed-path.ts'

/**
 * Collects the paths of every route registered from now on.
 *
 * @returns whether a path is one of them, for any method
 */
export function collectOwnPaths(server: FastifyInstance): (path: string) => boolean {
  const fixed = new Set<string>()
  const patterns: RegExp[] = []
  server.addHook('onRoute', ({ url }) => {
    // If Latchkey is part of another program, the root page belongs to that program.
    if (url === '/') return
    if (/[:*(]/.test(url)) patterns.push(pathPattern(url))
    else fixed.add(withoutSlash(url))
  })
  return (path) => {
    const routed = routedPath(path)
    return fixed.has(withoutSlash(routed)) || patterns.some((pattern) => pattern.test(routed))
  }
}

/** The classic paths answer with and without the slash at their end. */
function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

function pathPattern(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part === '*') return '.*'
    return part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('/')}/?$`)
}
