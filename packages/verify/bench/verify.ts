import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRemoteJWKSet, exportJWK, generateKeyPair, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose'
import { createVerifier } from '../src/verifier.ts'

// How long one request takes to check, beside plain jose with the same checks. All ways take turns in one process, so that
// the machine is equally busy for each. The ratios are what to look at: microseconds depend on the machine.

const ROUNDS = 15
const TOKENS = 150

type Way = { name: string; check(token: string): Promise<unknown>; microseconds: number[] }

for (const algorithm of ['ES256', 'EdDSA', 'RS256']) await measure(algorithm)

async function measure(algorithm: string): Promise<void> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
  const kid = 'a-key'
  const jwkSet = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' }] })
  const server = createServer((_, response) => response.end(jwkSet)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const newToken = (nth: number) =>
    new SignJWT({
      token_type: 'access',
      sid: 'a1'.repeat(16),
      user_id: nth,
      permissions: ['orders.view', 'orders.change'],
    })
      .setProtectedHeader({ alg: algorithm, kid, typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience('shop')
      .setSubject(String(nth))
      .setJti(`${nth}`.padStart(32, '0'))
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)

  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
  const options: JWTVerifyOptions = {
    issuer,
    audience: 'shop',
    typ: 'at+jwt',
    algorithms: [algorithm],
    clockTolerance: 5,
  }
  const forgetful = createVerifier({ issuer, audience: 'shop', rememberedTokens: 0 })
  const remembering = createVerifier({ issuer, audience: 'shop' })
  const jose: Way = { name: 'jose', check: (token) => jwtVerify(token, keys, options), microseconds: [] }
  const ways: Way[] = [
    jose,
    { name: 'a token for the first time', check: (token) => forgetful.verify(token), microseconds: [] },
    { name: 'a token that comes again', check: (token) => remembering.verify(token), microseconds: [] },
  ]
  const tokens = await Promise.all(Array.from({ length: TOKENS }, (_, nth) => newToken(nth)))
  // The first round warms everything up, and remembers the tokens.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const way of ways) {
      const took = await timeOf(() => checkAll(way, tokens))
      if (round > 0) way.microseconds.push(took / TOKENS)
    }
  }
  server.close()
  server.closeAllConnections()

  process.stdout.write(`\n${algorithm}\n`)
  for (const way of ways) {
    const ratio = median(way.microseconds) / median(jose.microseconds)
    process.stdout.write(
      `  ${way.name.padEnd(28)}${median(way.microseconds).toFixed(1).padStart(8)} µs   ${ratio.toFixed(3)} x jose\n`,
    )
  }
}

async function checkAll({ check }: Way, tokens: readonly string[]): Promise<void> {
  for (const token of tokens) await check(token)
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) * 1000
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
