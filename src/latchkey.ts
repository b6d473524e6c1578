import { embed, type Latchkey, type LatchkeyOptions } from './app/embedded.ts'
import { systemClock } from './platform/clock.ts'
import { requireRecentNode } from './platform/node-version.ts'

export type { Latchkey, LatchkeyOptions, VerifiedCaller } from './app/embedded.ts'
export { ConfigError } from './config/config-error.ts'
export { AuthError, type ErrorCode } from './errors.ts'
export type { Hooks, LatchkeyConfig } from './hooks/hooks.ts'
export type { MountedView, ProfileField, UrlMap, ViewName } from './hooks/urls.ts'

/**
 * Builds a Latchkey inside your program: migrates the database and starts the background work.
 *
 * @throws Error on a Node that is too old
 * @throws ConfigError with all wrong settings at once, each with its cure
 */
export async function createLatchkey(options: LatchkeyOptions = {}): Promise<Latchkey> {
  requireRecentNode()
  const { latchkey } = await embed(options, systemClock)
  return latchkey
}
