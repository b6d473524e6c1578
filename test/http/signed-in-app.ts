import { databases, type TestDatabase } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

/** An app with the account `kim`, and the tokens of one login. */
export type SignedInApp = TestApp & { access: string; refresh: string }

/** What `kim` types. */
export const credentials = { username: 'kim', password: 'correct horse 9' }

/** The database of tests whose subject does not depend on the database. */
export const [anyDatabase] = databases as readonly [TestDatabase, ...TestDatabase[]]

export async function startSignedInApp(
  settings: Record<string, string> = {},
  database: TestDatabase = anyDatabase,
): Promise<SignedInApp> {
  const app = await startTestApp({ database, settings })
  await sendJson(app.url, 'POST', '/api/users/', { body: credentials })
  const { json } = await sendJson(app.url, 'POST', '/api/login/', { body: credentials })
  return { ...app, ...(json as { access: string; refresh: string }) }
}
