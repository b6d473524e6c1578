import type { NewAccount } from '../../src/accounts/account.ts'
import { commandLine } from '../../src/flows/rights/actor.ts'
import { blankAccount } from './blank-account.ts'
import { type JsonAnswer, sendJson } from './http-client.ts'
import type { TestApp } from './test-app.ts'

/** The password of every account added here. */
export const PASSWORD = 'correct horse 9'

/** The response of v1 to a login. */
export type V1Tokens = {
  access_token: string
  refresh_token: string
  token_type: string
  expires_in: number
  refresh_expires_in: number
}

/** A session as v1 lists it. */
type V1Session = {
  id: string
  device: string
  is_current: boolean
  end_reason: string | null
  [member: string]: unknown
}

/** Adds an account as the command line does. */
export async function addAccount(
  { app }: TestApp,
  username: string,
  facts: Partial<NewAccount> = {},
  password = PASSWORD,
): Promise<{ id: number }> {
  const wanted = { ...blankAccount, username, ...facts, password, isEmailVerified: true }
  return (await app.accounts.create(wanted, commandLine)).account
}

/** Adds a superuser. */
export const addAdministrator = (app: TestApp, username: string) =>
  addAccount(app, username, { isStaff: true, isSuperuser: true })

/** Logs in over v1. @throws Error if that is refused */
export async function logIn(
  { url }: TestApp,
  username: string,
  headers: Record<string, string> = {},
): Promise<V1Tokens> {
  const answer = await sendJson(url, 'POST', '/api/v1/login', { body: { username, password: PASSWORD }, headers })
  if (answer.status !== 200) throw new Error(`${username} was not logged in: ${answer.text}`)
  return answer.json as V1Tokens
}

export function refresh({ url }: TestApp, refresh_token: string): Promise<JsonAnswer> {
  return sendJson(url, 'POST', '/api/v1/refresh', { body: { refresh_token } })
}

/** Refreshes and returns the new tokens. @throws Error if that is refused */
export async function rotated(app: TestApp, refreshToken: string): Promise<V1Tokens> {
  const answer = await refresh(app, refreshToken)
  if (answer.status !== 200) throw new Error(`not refreshed: ${answer.text}`)
  return answer.json as V1Tokens
}

export function logOut({ url }: TestApp, refresh_token: string): Promise<JsonAnswer> {
  return sendJson(url, 'POST', '/api/v1/logout', { body: { refresh_token } })
}

/** The statuses of v1 and the classic contract for an access token, and v1's code. */
export async function meet({ url }: TestApp, accessToken: string): Promise<[number, number, string | undefined]> {
  const v1 = await sendJson(url, 'GET', '/api/v1/me/sessions', { token: accessToken })
  const classic = await sendJson(url, 'GET', '/api/protected/', { token: accessToken })
  return [v1.status, classic.status, codeOf(v1)]
}

export async function listSessions(app: TestApp, token: string, query = ''): Promise<V1Session[]> {
  const { json } = await sendJson(app.url, 'GET', `/api/v1/me/sessions${query}`, { token })
  return (json as { sessions: V1Session[] }).sessions
}

/** The `code` of a problem; undefined if it is not one. */
export function codeOf({ json }: JsonAnswer): string | undefined {
  return (json as { code?: string } | undefined)?.code
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
}
