import { describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { sendJson } from '../support/http-client.ts'
import { PYTHON } from '../support/python.ts'
import { claimsOf } from '../support/v1-client.ts'
import { badTokens, type Latchkey, startLatchkey } from './latchkey.ts'
import { codeBelow } from './manual-code.ts'
import { folderWith, runProgram, startProgram } from './program.ts'

// Debian: python3-jwt, python3-cryptography, python3-fastapi, python3-uvicorn, python3-djangorestframework-simplejwt

/** The issuer in the examples of the manual. */
const ISSUER = 'https://auth.example.org'

/** The code of the manual, but that the keys come from this server. */
function recipe(heading: string, { app }: Latchkey, algorithm = 'ES256'): string {
  return codeBelow(heading)
    .replaceAll('{ISSUER}/.well-known', `${app.url}/.well-known`)
    .replaceAll(`${ISSUER}/.well-known`, `${app.url}/.well-known`)
    .replaceAll('ES256', algorithm)
}

const settings = (ALGORITHM = 'ES256') => ({ ALGORITHM, ISSUER, AUDIENCE: 'shop' })

/** Verifies the lines of its input, and writes for each its claims, or the name of the error. */
const ask = `
import json, sys
for token in sys.stdin.read().split("\\n"):
    try:
        print(json.dumps(verify(token)))
    except Exception as error:
        print(json.dumps({"refused": type(error).__name__}))
`

/** What the code makes of tokens, in their order. */
async function verdicts(code: string, tokens: readonly string[]): Promise<Record<string, unknown>[]> {
  const folder = folderWith({ 'recipe.py': code + ask })
  const output = await runProgram(PYTHON, ['recipe.py'], tokens.join('\n'), folder)
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

describe('PyJWT', () => {
  it.each(['ES256', 'EdDSA', 'RS256'])(
    'verifies %s tokens as the manual shows, and refuses all others',
    async (alg) => {
      const latchkey = await startLatchkey(settings(alg))
      const bad = await badTokens(latchkey)
      const code = recipe('Python: PyJWT', latchkey, alg)
      const good = latchkey.tokens.access_token
      const [accepted, ...refused] = await verdicts(code, [good, ...bad.map(([, token]) => token)])
      expect(accepted).toEqual(claimsOf(good))
      expect(refused.map(({ refused: error }, nth) => [bad[nth]?.[0], error])).toEqual(
        bad.map(([fault]) => [fault, expect.any(String)]),
      )
      for (const other of [
        code.replaceAll('"shop"', '"other"'),
        code.replace(`ISSUER = "${ISSUER}"`, 'ISSUER = "x"'),
      ]) {
        expect(await verdicts(other, [good])).toEqual([{ refused: expect.any(String) }])
      }
    },
  )
})

describe('SimpleJWT', () => {
  it.each(['ES256', 'RS256'])(
    'verifies %s tokens with the settings of the manual, and refuses all others',
    async (alg) => {
      const latchkey = await startLatchkey(settings(alg))
      const bad = await badTokens(latchkey)
      const code = `${recipe('Django REST framework: SimpleJWT', latchkey, alg)}
from django.conf import settings
settings.configure(
    SECRET_KEY="of no use here",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    SIMPLE_JWT=SIMPLE_JWT,
    REST_FRAMEWORK=REST_FRAMEWORK,
)
import django
django.setup()
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.test import APIRequestFactory

def verify(token):
    request = Request(
        APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"Bearer {token}"),
        authenticators=[cls() for cls in api_settings.DEFAULT_AUTHENTICATION_CLASSES],
    )
    return {**request.auth.payload, "id": request.user.id}
`
      const good = latchkey.tokens.access_token
      const [accepted, ...refused] = await verdicts(code, [good, ...bad.map(([, token]) => token)])
      expect(accepted).toEqual({ ...claimsOf(good), id: Number(latchkey.accountId) })
      expect(refused.map(({ refused: error }, nth) => [bad[nth]?.[0], error])).toEqual(
        bad.map(([fault]) => [fault, expect.any(String)]),
      )
    },
  )
})

describe('FastAPI', () => {
  it('lets good tokens in as the manual shows, and answers all others with 401', async () => {
    const latchkey = await startLatchkey(settings())
    const folder = folderWith({
      'tokens.py': recipe('Python: PyJWT', latchkey),
      'main.py': recipe('Python: FastAPI', latchkey),
    })
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    await startProgram({ command: PYTHON, args: ['-m', 'uvicorn', 'main:app', '--port', `${port}`], cwd: folder, url })
    const good = await sendJson(url, 'GET', '/orders', { token: latchkey.tokens.access_token })
    expect([good.status, good.json]).toEqual([200, { account: latchkey.accountId }])
    for (const [fault, token] of await badTokens(latchkey)) {
      const answer = await sendJson(url, 'GET', '/orders', { token })
      expect([fault, answer.status, answer.headers['www-authenticate']]).toEqual([fault, 401, ['Bearer']])
    }
    expect((await sendJson(url, 'GET', '/orders')).status).toBe(401)
  })
})
