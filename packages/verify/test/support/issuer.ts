import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { onTestFinished } from 'vitest'
import { createVerifier, type Verifier, type VerifierOptions } from '../../src/verifier.ts'

/** The time at which these tests start, in epoch seconds. */
export const START = 1_900_000_000

/** A signing key, and its entry in a JWK Set. */
export type SigningKey = { kid: string; alg: string; privateKey: CryptoKey; jwk: JWK }

export type Issuer = {
  url: string
  key: SigningKey
  /** The response for the JWK Set. Change it to publish other keys, or to simulate a faulty server. */
  answer: (response: ServerResponse) => void
  /** How often the JWK Set was requested. */
  requests: number
  /** The time for the verifiers of this issuer, in epoch seconds. */
  now: number
  /** Claims of a good access token, with changes. undefined leaves a claim out. */
  claims(changes?: Record<string, unknown>): Record<string, unknown>
  /** A token with these changes, signed by `key`. */
  token(changes?: Record<string, unknown>, header?: Record<string, unknown>, key?: SigningKey): Promise<string>
  /** A verifier of its tokens. It adds its warnings to `warnings`. */
  verifier(options?: Partial<VerifierOptions>): Verifier
  warnings: string[]
  /** Publishes these keys from now on. */
  publish(keys: readonly SigningKey[], cacheControl?: string): void
  stop(): Promise<void>
}

let keysMade = 0

export async function makeKey(alg = 'ES256', kid = `key-${++keysMade}`): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

/** A JWK Set on a real port, and tokens to go with it. It stops with the test. */
export async function startIssuer(alg = 'ES256'): Promise<Issuer> {
  const key = await makeKey(alg)
  const server = createServer((_request: { headers: IncomingHttpHeaders }, response) => {
    issuer.requests++
    issuer.answer(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer: Issuer = {
    url,
    key,
    answer: () => {},
    requests: 0,
    now: START,
    warnings: [],
    claims: (changes = {}) => ({
      ...{ iss: url, aud: 'shop', sub: '7', user_id: 7, sid: 'a1'.repeat(16), jti: '0f'.repeat(16) },
      ...{ token_type: 'access', iat: issuer.now, exp: issuer.now + 300 },
      ...changes,
    }),
    token(changes, header = {}, signer = issuer.key) {
      return sign(issuer.claims(changes), { alg: signer.alg, kid: signer.kid, typ: 'at+jwt', ...header }, signer)
    },
    verifier(options = {}) {
      const verifier = createVerifier({
        issuer: url,
        audience: 'shop',
        now: () => issuer.now * 1000,
        onWarning: (message) => issuer.warnings.push(message),
        ...options,
      })
      onTestFinished(() => verifier.close())
      return verifier
    },
    publish(keys, cacheControl = 'public, max-age=600') {
      issuer.answer = (response) =>
        response
          .writeHead(200, { 'content-type': 'application/jwk-set+json', 'cache-control': cacheControl })
          .end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }))
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  issuer.publish([key])
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return issuer
}

/** Signs whatever it is given. */
export function sign(
  claims: Record<string, unknown>,
  header: Record<string, unknown>,
  key: SigningKey,
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: key.alg, ...header }).sign(key.privateKey)
}

/** The code of the refusal, or `verified`. Other errors are rethrown. */
export async function outcomeOf(verification: Promise<unknown>): Promise<string> {
  try {
    await verification
    return 'verified'
  } catch (error) {
    const { code, status } = Object(error)
    if (Object(error).name !== 'VerifyError') throw error
    return `${status} ${code}`
  }
}
