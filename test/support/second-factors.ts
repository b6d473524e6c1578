import { Secret, TOTP } from 'otpauth'
import { type JsonAnswer, sendJson } from './http-client.ts'
import type { TestApp } from './test-app.ts'
import { PASSWORD, type V1Tokens } from './v1-client.ts'

/** An authenticator app with one secret. */
export type AuthenticatorApp = {
  secret: string
  /** The current code. @param steps of 30 seconds later */
  code(steps?: number): string
}

/** The response to a login that needs a second factor. */
export type Challenge = {
  code: string
  challenge_token: string
  factors: string[]
  enrollable?: string[]
  expires_in: number
}

export function authenticatorApp({ clock }: Pick<TestApp, 'clock'>, secret: string): AuthenticatorApp {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) })
  return { secret, code: (steps = 0) => totp.generate({ timestamp: clock.now() + steps * 30_000 }) }
}

export const post = ({ url }: TestApp, path: string, body: unknown, token?: string): Promise<JsonAnswer> =>
  sendJson(url, 'POST', `/api/v1${path}`, { body, ...(token !== undefined && { token }) })

/** Adds an authenticator app to an account. @returns it, and the recovery codes that are not confirmed yet */
export async function addTotp(
  app: TestApp,
  token: string,
): Promise<AuthenticatorApp & { id: string; recoveryCodes: string[] | undefined }> {
  const begun = await post(app, '/me/factors', { factor: 'totp' }, token)
  if (begun.status !== 200) throw new Error(`not begun: ${begun.text}`)
  const phone = authenticatorApp(app, (begun.json as { secret: string }).secret)
  const confirmed = await post(app, '/me/factors/confirm', { factor: 'totp', code: phone.code() }, token)
  if (confirmed.status !== 201) throw new Error(`not confirmed: ${confirmed.text}`)
  const { factor, recovery_codes } = confirmed.json as { factor: { id: string }; recovery_codes?: string[] }
  // A code works once, so the next one is that of the next time step.
  app.clock.advance(30_000)
  return { ...phone, id: factor.id, recoveryCodes: recovery_codes }
}

/** Confirms the recovery codes that an enrolment returned. */
export async function saveRecoveryCodes(app: TestApp, token: string): Promise<void> {
  const saved = await post(app, '/me/factors/confirm', { factor: 'recovery_code', saved: true }, token)
  if (saved.status !== 201) throw new Error(`not saved: ${saved.text}`)
}

/**
 * Proves the password of an account that has a second factor.
 *
 * @throws Error if the login does not ask for a second factor
 */
export async function challengeFor(app: TestApp, username: string, password = PASSWORD): Promise<Challenge> {
  const answer = await post(app, '/login', { username, password })
  const challenge = answer.json as Challenge
  if (answer.status !== 401 || challenge.code !== 'second_factor_required') throw new Error(`not asked: ${answer.text}`)
  return challenge
}

/** Completes a login. */
export const complete = (app: TestApp, { challenge_token }: Challenge, proof: object): Promise<JsonAnswer> =>
  post(app, '/login/second-factor', { challenge_token, ...proof })

/** Logs in with a password and a code. */
export async function logInWith(app: TestApp, username: string, phone: AuthenticatorApp): Promise<V1Tokens> {
  const answer = await complete(app, await challengeFor(app, username), { factor: 'totp', code: phone.code() })
  if (answer.status !== 200) throw new Error(`not logged in: ${answer.text}`)
  app.clock.advance(30_000)
  return answer.json as V1Tokens
}
