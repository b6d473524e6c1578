import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { aCommandLine, type CommandLine, jsonOf } from './command-line.ts'
import { databases, type TestDatabase } from './databases.ts'
import { sendJson } from './http-client.ts'
import { startTestApp } from './test-app.ts'

/** The password of every user in the files that tests import. */
export const IMPORTED_PASSWORD = 'correct horse 9'

/** A server, a command line on its database, files in its working directory, and a login. */
export async function anImportingServer(database: TestDatabase = databases[0] ?? expect.fail()) {
  const app = await startTestApp({ database, settings: { LOGIN_WITH: 'username, email' } })
  onTestFinished(() => app.close())
  const line = aCommandLine({ databaseUrl: app.databaseUrl })
  const file = (name: string, content: string | object) => {
    const path = join(line.workingDirectory, name)
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }
  const logIn = async (username: string, password = IMPORTED_PASSWORD) =>
    (await sendJson(app.url, 'POST', '/api/v1/login', { body: { username, password } })).status
  return { app, line, file, logIn }
}

/** An account as the command line shows it. */
export const shownAccount = (line: CommandLine, name: string) => jsonOf(line, 'users', 'show', name)

/** Imports after a dry run, and again: the three must agree. @returns the report of the import */
export const importTwice = async (line: CommandLine, ...command: string[]) => {
  const dry = await jsonOf(line, 'import', ...command, '--dry-run')
  const done = await jsonOf(line, 'import', ...command)
  expect(dry.accounts).toMatchObject({ created: done.accounts.created, skipped: done.accounts.skipped })
  const again = await jsonOf(line, 'import', ...command)
  expect(again.accounts).toMatchObject({ created: 0, updated: 0, unchanged: done.accounts.created })
  return done
}
