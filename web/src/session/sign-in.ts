import type { SecondFactorChallenge } from '@latchkey/client'
import { attempt, client } from '../api/api.ts'

/**
 * Signs in: the tokens go into cookies that no script can read.
 *
 * @returns what the account needs besides its password; undefined: it is signed in
 * @throws Problem
 */
export async function signIn(credentials: {
  username: string
  password: string
}): Promise<SecondFactorChallenge | undefined> {
  const outcome = await attempt(() => client.login(credentials))
  return outcome.status === 'second_factor_required' ? outcome.challenge : undefined
}
