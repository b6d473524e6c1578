import type { VerifiedToken } from './verified-token.ts'

/**
 * Who asks, in a handler behind `requireToken`. The same as `request.auth`, which for TypeScript may be undefined: it cannot
 * know which handlers are behind it.
 *
 * @throws Error in a handler that is not behind `requireToken`: a fault of the program, and nobody gets in by it
 */
export function authOf({ auth }: { readonly auth?: VerifiedToken | undefined }): VerifiedToken {
  if (auth === undefined) throw new Error('Nobody has verified this request: put requireToken before this handler.')
  return auth
}
