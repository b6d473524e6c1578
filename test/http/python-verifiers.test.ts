import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { findPythonLibraries, PYTHON } from '../support/python-libraries.ts'
import { startTestApp } from '../support/test-app.ts'
import { addAccount, logIn } from '../support/v1-client.ts'
import { anyDatabase } from './signed-in-app.ts'

const script = join(import.meta.dirname, 'verify_with_python.py')

async function verify(token: string, ...facts: string[]): Promise<Record<string, unknown>> {
  const python = spawn(PYTHON, [script, ...facts], { timeout: 20_000 })
  python.stdin.end(token)
  const [printed, complaints] = await Promise.all([text(python.stdout), text(python.stderr)])
  if (printed === '') throw new Error(complaints)
  return JSON.parse(printed)
}

// Where the machine has none of the libraries, vitest.config.ts leaves this file out, and says so.
describe.each(findPythonLibraries())('$title', ({ name, algorithms }) => {
  it.each(algorithms)(
    'verifies our %s access tokens by the JWK Set alone, and no other issuer’s',
    async (ALGORITHM) => {
      const app = await startTestApp({ database: anyDatabase, settings: { ALGORITHM } })
      const { id } = await addAccount(app, 'ann')
      const { access_token } = await logIn(app, 'ann')
      const facts = (issuer: string) => [name, `${app.url}/.well-known/jwks.json`, issuer, ALGORITHM]
      const verified = await verify(access_token, ...facts(app.config.http.publicUrl))
      expect(verified).toMatchObject({ user_id: id, token_type: 'access' })
      expect(await verify(access_token, ...facts('https://elsewhere.example'))).toHaveProperty('refused')
      const [head = '', body = '', signature = ''] = access_token.split('.')
      const forged = `${head}.${body}.${signature.slice(0, -8)}AAAAAAAA`
      expect(await verify(forged, ...facts(app.config.http.publicUrl))).toHaveProperty('refused')
      await app.close()
    },
  )
})
