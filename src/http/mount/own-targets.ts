import type { FastifyInstance } from 'fastify'
import { withoutBasePath } from './base-path.ts'
import { collectOwnPaths } from './own-paths.ts'

/** Knows the target of a request, whether or not something before this server has stripped the base path. */
export type OwnTargets = {
  /** @returns the target without the base path */
  toOwn(target: string): string
  /** Learns the paths of every route registered from now on. @returns whether a path is one of them, for any method */
  learn(server: FastifyInstance): (path: string) => boolean
}

/** @param basePath the result of `basePathOf` */
export function createOwnTargets(basePath: string): OwnTargets {
  let isOwnPath = (_path: string) => true
  /** With the base path `/api`, `/api/token/` may be what a proxy has left of `/api/api/token/`, or mean `/token/`. */
  let isAmbiguous = false
  return {
    toOwn(target) {
      const rest = withoutBasePath(basePath, target)
      if (!isAmbiguous || rest === target) return rest
      return isOwnPath(pathOf(rest)) || !isOwnPath(pathOf(target)) ? rest : target
    },
    learn(server) {
      isOwnPath = collectOwnPaths(server)
      server.addHook('onRoute', ({ url }) => {
        isAmbiguous ||= basePath !== '' && withoutBasePath(basePath, url) !== url
      })
      return isOwnPath
    },
  }
}

/** The path of a target, without its query. */
export function pathOf(target: string): string {
  return target.split(/[?#]/, 1)[0] ?? '/'
}
