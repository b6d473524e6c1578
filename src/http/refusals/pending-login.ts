import type { PendingLogin } from '../../errors.ts'

/** What a client needs to complete a login with a second factor, in the words of both contracts. */
export function presentPendingLogin({ token, factors, enrollable, expiresInSeconds }: PendingLogin) {
  const choice = factors.length > 0 ? { factors } : { factors, enrollable }
  return { challenge_token: token, ...choice, expires_in: expiresInSeconds }
}
