import type { VerifiedToken } from './verified-token.ts'

/**
 * Who sent the request, in a handler behind `requireToken`. It is `request.auth`, which TypeScript considers possibly
 * undefined, because it cannot know which handlers are behind `requireToken`.
 *
 * @throws Error in a handler that is not behind `requireToken`: an error in the program, which lets nobody in
 */
export function authOf({ auth }: { readonly auth?: VerifiedToken | undefined }): VerifiedToken {
  if (auth === undefined) throw new Error('Nobody has verified this request: put requireToken before this handler.')
  return auth
}
