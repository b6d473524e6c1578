import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { databases, type TestDatabase, type TestPlace } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { type ReceivedMail, readMail } from '../support/received-mail.ts'
import { type AuthenticatorApp, authenticatorApp, type Challenge } from '../support/second-factors.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { softwareAuthenticator } from '../support/software-authenticator.ts'

const PUBLIC_URL = 'http://localhost:65000'
const PASSWORD = 'copper lantern of the harbour'
const ADDRESS = 'ann@example.net'
const RACERS = 16

const postgres = databases.find(({ name }) => name === 'PostgreSQL') as TestDatabase

/** Only the database is shared: each racer asks another one of three processes. */
describe('three processes on PostgreSQL accept only once', () => {
  let place: TestPlace
  let folder: string
  let servers: ServerProcess[]
  let token: string
  let phone: AuthenticatorApp
  let recoveryCodes: string[]

  const post = (path: string, body: unknown, turn = 0, of?: string): Promise<JsonAnswer> =>
    sendJson(servers[turn % servers.length]?.url ?? '', 'POST', `/api/v1${path}`, { body, ...(of && { token: of }) })
  const challenge = async (turn = 0) =>
    (await post('/login', { username: 'ann', password: PASSWORD }, turn)).json as Challenge
  const challenges = () => Promise.all(Array.from({ length: RACERS }, (_, turn) => challenge(turn)))
  const complete = ({ challenge_token }: Challenge, proof: object, turn: number) =>
    post('/login/second-factor', { challenge_token, ...proof }, turn)

  async function race(send: (turn: number) => Promise<JsonAnswer>): Promise<void> {
    const answers = await Promise.all(Array.from({ length: RACERS }, (_, turn) => send(turn)))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array(RACERS - 1).fill(401)])
  }

  async function codesLeft(): Promise<number> {
    const { json } = await sendJson(servers[0]?.url ?? '', 'GET', '/api/v1/me/factors', { token })
    const { factors } = json as { factors: { codes_left?: number }[] }
    return factors.find(({ codes_left }) => codes_left !== undefined)?.codes_left ?? 0
  }

  beforeAll(async () => {
    place = await (postgres.createMigrated ?? postgres.create)()
    folder = mkdtempSync(join(tmpdir(), 'latchkey-mail-'))
    const settings = {
      DATABASE_URL: place.url,
      SECRET_KEY: 'one-secret-key-for-three-processes-0123',
      PUBLIC_URL,
      MAIL_URL: `file:${folder}`,
      LOGIN_BY_MAIL: 'true',
      RATE_LIMITS: 'off',
      HASH_MEMORY_KIB: '64',
      HASH_PASSES: '1',
    }
    servers = await Promise.all([1, 2, 3].map(() => startServerProcess(settings)))
    await post('/register', { username: 'ann', email: ADDRESS, password: PASSWORD })
    const { token: linked } = await mailed((mail) => mail.token !== '')
    expect((await post('/email-verification/confirm', { token: linked })).status).toBe(200)
    token = ((await post('/login', { username: 'ann', password: PASSWORD })).json as { access_token: string })
      .access_token
    const { secret } = (await post('/me/factors', { factor: 'totp' }, 0, token)).json as { secret: string }
    phone = authenticatorApp({ clock: { now: Date.now, advance: () => {} } }, secret)
    const confirmed = await post('/me/factors/confirm', { factor: 'totp', code: phone.code(-1) }, 0, token)
    recoveryCodes = (confirmed.json as { recovery_codes: string[] }).recovery_codes
    await post('/me/factors/confirm', { factor: 'recovery_code', saved: true }, 0, token)
  })
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()))
    await place.drop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('a challenge, and use up no recovery code of the losers', async () => {
    const one = await challenge()
    const codes = recoveryCodes.slice(0, 8)
    const proof = (turn: number) => ({ factor: 'recovery_code', code: codes[turn % codes.length] })
    await race((turn) => complete(one, proof(turn), turn))
    expect(await codesLeft()).toBe(9)
  })

  it('a time step of an authenticator app', async () => {
    const open = await challenges()
    const code = phone.code()
    await race((turn) => complete(open[turn] as Challenge, { factor: 'totp', code }, turn))
  })

  it('a recovery code', async () => {
    const open = await challenges()
    const code = recoveryCodes[9]
    await race((turn) => complete(open[turn] as Challenge, { factor: 'recovery_code', code }, turn))
  })

  it('an assertion of a passkey', async () => {
    const key = softwareAuthenticator(PUBLIC_URL)
    const begun = await post('/me/factors', { factor: 'passkey' }, 0, token)
    const { options } = begun.json as { options: Parameters<typeof key.register>[0] }
    const added = await post('/me/factors/confirm', { factor: 'passkey', credential: key.register(options) }, 0, token)
    expect(added.status).toBe(201)
    const login = (await post('/login/passkey/begin', {})).json as { challenge_token: string; options: typeof options }
    const credential = key.authenticate(login.options)
    await race((turn) => post('/login/passkey', { challenge_token: login.challenge_token, credential }, turn))
  })

  it('a mailed code', async () => {
    const { challenge_token } = (await post('/login/mail/begin', { email: ADDRESS })).json as Challenge
    const [code] = /\d{6}/.exec((await mailed(({ subject }) => /\d{6}/.test(subject))).subject) ?? []
    // The account has another factor, which is required next: one racer gets that far.
    const answers = await Promise.all(
      Array.from({ length: RACERS }, (_, turn) => post('/login/mail', { challenge_token, code }, turn)),
    )
    const codes = answers.map(({ json }) => (json as { code: string }).code)
    expect(codes.filter((one) => one === 'second_factor_required')).toHaveLength(1)
  })

  const mailed = (isWanted: (mail: ReceivedMail) => boolean): Promise<ReceivedMail> =>
    vi.waitFor(
      () => {
        const mails = readdirSync(folder).map((name) => readMail(readFileSync(join(folder, name), 'utf8')))
        const found = mails.find(isWanted)
        if (found === undefined) throw new Error('no such mail yet')
        return found
      },
      { timeout: 20_000, interval: 50 },
    )
})
