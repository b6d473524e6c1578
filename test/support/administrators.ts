import type { NewAccount } from '../../src/accounts/account.ts'
import { setAccountPermissions } from '../../src/permissions/grant-store.ts'
import { type JsonAnswer, sendJson } from './http-client.ts'
import type { TestApp } from './test-app.ts'
import { addAccount, logIn } from './v1-client.ts'

/** An account as administrators see it. */
export type AdminAccount = {
  id: number
  username: string
  email: string
  is_active: boolean
  groups: { id: number; name: string }[]
  permissions: string[]
  user_permissions: string[]
  [member: string]: unknown
}

/** A logged-in user who calls the administration. */
export type Person = {
  id: number
  username: string
  token: string
  refreshToken: string
  /** Sends a request below `/api/v1`. */
  ask(method: string, path: string, body?: unknown): Promise<JsonAnswer>
}

/** Adds an account with these rights, bypassing the rules, and logs it in. */
export async function addPerson(
  app: TestApp,
  username: string,
  facts: Partial<NewAccount> & { permissions?: readonly string[] } = {},
): Promise<Person> {
  const { permissions = [], ...account } = facts
  const { id } = await addAccount(app, username, account)
  await app.app.database.inTransaction((tx) => setAccountPermissions(tx, id, permissions))
  const { access_token: token, refresh_token: refreshToken } = await logIn(app, username)
  return {
    id,
    username,
    token,
    refreshToken,
    ask: (method, path, body) =>
      sendJson(app.url, method, `/api/v1/${path}`, { token, ...(body !== undefined && { body }) }),
  }
}

/** Staff with these permissions. */
export const addStaff = (app: TestApp, username: string, ...permissions: string[]) =>
  addPerson(app, username, { isStaff: true, permissions })

export const addSuperuser = (app: TestApp, username: string) =>
  addPerson(app, username, { isStaff: true, isSuperuser: true })

/** The current account, as `person` sees it. */
export async function look(person: Person, id: number): Promise<AdminAccount> {
  const answer = await person.ask('GET', `admin/users/${id}`)
  if (answer.status !== 200) throw new Error(`not shown: ${answer.text}`)
  return answer.json as AdminAccount
}
