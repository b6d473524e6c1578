import { generateKeyPair, SignJWT } from 'jose'
import { onTestFinished } from 'vitest'
import { databases } from '../support/databases.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, claimsOf, logIn, type V1Tokens } from '../support/v1-client.ts'

/** A Latchkey with the account `ann`, who is logged in. */
export type Latchkey = { app: TestApp; tokens: V1Tokens; accountId: string; issuer: string }

export async function startLatchkey(settings: Record<string, string> = {}): Promise<Latchkey> {
  const [database] = databases
  if (database === undefined) throw new Error('there is no database')
  const app = await startTestApp({ database, settings })
  onTestFinished(() => app.close())
  const { id } = await addAccount(app, 'ann')
  return { app, tokens: await logIn(app, 'ann'), accountId: String(id), issuer: app.config.tokens.issuer ?? '' }
}

/** Tokens that no recipe may accept, by what is wrong with them. */
export async function badTokens({ tokens }: Latchkey): Promise<[fault: string, token: string][]> {
  const { access_token: good, refresh_token } = tokens
  const [head = '', payload = '', signature = ''] = good.split('.')
  const claims = claimsOf(good)
  const header = JSON.parse(Buffer.from(head, 'base64url').toString('utf8'))
  const { privateKey } = await generateKeyPair(header.alg)
  const forged = await new SignJWT(claims).setProtectedHeader(header).sign(privateKey)
  const unsigned = Buffer.from(JSON.stringify({ ...header, alg: 'none' })).toString('base64url')
  return [
    ['signed with another key', forged],
    ['with alg none', `${unsigned}.${payload}.`],
    ['with another signature', `${head}.${payload}.${signature.slice(0, -8)}AAAAAAAA`],
    ['a refresh token', refresh_token],
    ['junk', 'junk'],
    ['dots', '..'],
  ]
}
