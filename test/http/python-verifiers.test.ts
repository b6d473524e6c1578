import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { startTestApp } from '../support/test-app.ts'
import { addAccount, logIn } from '../support/v1-client.ts'

const PYTHON = process.env.PYTHON ?? '/usr/bin/python3'
const script = join(import.meta.dirname, 'verify_with_python.py')
const [anyDatabase] = databases

const canImport = (...modules: string[]) =>
  spawnSync(PYTHON, ['-c', `import ${modules.join(', ')}`], { timeout: 20_000 }).status === 0

/** Debian's packages: python3-jwt and python3-cryptography, python3-djangorestframework-simplejwt. */
const libraries = [
  { library: 'pyjwt', title: 'PyJWT', algorithms: ['ES256', 'EdDSA', 'RS256'], modules: ['jwt', 'cryptography'] },
  {
    library: 'simplejwt',
    title: 'SimpleJWT with JWK_URL',
    algorithms: ['ES256', 'RS256'],
    modules: ['rest_framework_simplejwt', 'cryptography'],
  },
].map((one) => ({ ...one, isThere: canImport(...one.modules) }))

async function verify(token: string, ...facts: string[]): Promise<Record<string, unknown>> {
  const python = spawn(PYTHON, [script, ...facts], { timeout: 20_000 })
  python.stdin.end(token)
  const [printed, complaints] = await Promise.all([text(python.stdout), text(python.stderr)])
  if (printed === '') throw new Error(complaints)
  return JSON.parse(printed)
}

// Optional: Node and npm are all that the tests may ask of a machine. What is missing is told in the title.
for (const { library, title, algorithms, isThere } of libraries) {
  describe.skipIf(!isThere)(`${title}${isThere ? '' : `, which ${PYTHON} does not have`}`, () => {
    it.each(algorithms)(
      'verifies our %s access tokens by the JWK Set alone, and no other issuer’s',
      async (ALGORITHM) => {
        if (anyDatabase === undefined) throw new Error('there is no database')
        const app = await startTestApp({ database: anyDatabase, settings: { ALGORITHM } })
        const { id } = await addAccount(app, 'ann')
        const { access_token } = await logIn(app, 'ann')
        const facts = (issuer: string) => [library, `${app.url}/.well-known/jwks.json`, issuer, ALGORITHM]
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
}
