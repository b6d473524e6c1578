import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { aCommandLine, type CommandLine, jsonOf } from '../support/command-line.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { addTotp, challengeFor, complete, post, saveRecoveryCodes } from '../support/second-factors.ts'
import { softwareAuthenticator } from '../support/software-authenticator.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn, PASSWORD } from '../support/v1-client.ts'

const ORIGIN = 'https://auth.example.org'
const PASSPHRASE = 'a long passphrase'

async function aServer(database: TestDatabase, secretKey: string, startsAt?: number) {
  const settings = { PUBLIC_URL: ORIGIN, SECRET_KEY: secretKey, TRUSTED_DEVICE_LIFETIME: '30d' }
  const app = await startTestApp({ database, settings, ...(startsAt !== undefined && { startsAt }) })
  onTestFinished(() => app.close())
  const line = aCommandLine({
    databaseUrl: app.databaseUrl,
    clock: app.clock,
    environment: { SECRET_KEY: secretKey, PUBLIC_URL: ORIGIN },
  })
  return { app, line }
}

/** A server whose account `ann` has an authenticator app, recovery codes and a trusted device, and `bob` a passkey. */
async function aServerWithFactors(database: TestDatabase) {
  const server = await aServer(database, 'the-secret-of-the-server-that-is-left-0')
  const { app, line } = server
  await addAccount(app, 'ann')
  await addAccount(app, 'bob')
  const phone = await addTotp(app, (await logIn(app, 'ann')).access_token)
  const prove = async (more: object) => {
    const proof = { factor: 'totp', code: phone.code(), ...more }
    const answer = await complete(app, await challengeFor(app, 'ann'), proof)
    app.clock.advance(30_000)
    return answer.json as Record<string, string>
  }
  await saveRecoveryCodes(app, (await prove({})).access_token ?? '')
  const { device_token: deviceToken = '' } = await prove({ trust_device: true })
  const key = softwareAuthenticator(ORIGIN)
  const { access_token: token } = await logIn(app, 'bob')
  const begun = (await post(app, '/me/factors', { factor: 'passkey' }, token)).json as { options: never }
  const credential = key.register(begun.options)
  expect((await post(app, '/me/factors/confirm', { factor: 'passkey', credential }, token)).status).toBe(201)
  const file = join(line.workingDirectory, 'export')
  return { ...server, phone, key, file, deviceToken, codes: phone.recoveryCodes ?? [] }
}

const byCode = async (app: TestApp, code: string) =>
  (await complete(app, await challengeFor(app, 'ann'), { factor: 'recovery_code', code })).status

describe.each(databases)('second factors of an export on $name', (database) => {
  it('work on another server with another secret: the same app, codes, passkey and trusted device', async () => {
    const { app, line, file, phone, key, codes, deviceToken } = await aServerWithFactors(database)
    const [used = '', unused = ''] = codes
    expect(await byCode(app, used)).toBe(200)
    const written = await line.pipe(`${PASSPHRASE}\n`, 'export', file, '--encrypt', '--stdin', '--json')
    expect(JSON.parse(written.out)).toMatchObject({ factors: 3, accounts_without_their_factors: 0 })
    expect(readFileSync(file, 'latin1')).not.toContain(phone.secret)

    const other = await aServer(database, 'the-secret-of-the-server-that-comes-00', app.clock.now())
    const again = async () => {
      const { out } = await other.line.pipe(`${PASSPHRASE}\n`, 'import', 'jsonl', '--from', file, '--stdin', '--json')
      return JSON.parse(out)
    }
    expect(await again()).toMatchObject({ factors: 3, trusted_devices: 1, skipped_factors: 0 })

    const challenge = await challengeFor(other.app, 'ann')
    const code = phone.code(1)
    other.app.clock.advance(30_000)
    expect((await complete(other.app, challenge, { factor: 'totp', code })).status).toBe(200)
    expect((await complete(other.app, await challengeFor(other.app, 'ann'), { factor: 'totp', code })).status).toBe(401)
    expect(await byCode(other.app, used)).toBe(401)
    expect(await byCode(other.app, unused)).toBe(200)
    const onDevice = { username: 'ann', password: PASSWORD, device_token: deviceToken }
    expect((await post(other.app, '/login', onDevice)).status).toBe(200)
    const begun = (await post(other.app, '/login/passkey/begin', {})).json as {
      challenge_token: string
      options: never
    }
    const { challenge_token } = begun
    const proof = { challenge_token, credential: key.authenticate(begun.options) }
    expect((await post(other.app, '/login/passkey', proof)).status).toBe(200)

    // A second import brings nothing back that was used here in the meantime.
    expect(await again()).toMatchObject({ factors: 3, accounts: { unchanged: 2 } })
    expect(await byCode(other.app, unused)).toBe(401)
  })

  it('that were removed in the other system go at the next import, and those that were removed here stay removed', async () => {
    const { app, line, file } = await aServerWithFactors(database)
    const other = await aServer(database, 'the-secret-of-the-server-that-comes-00', app.clock.now())
    const exported = async (path: string) => {
      await line.pipe(`${PASSPHRASE}\n`, 'export', path, '--encrypt', '--stdin')
      return other.line.pipe(`${PASSPHRASE}\n`, 'import', 'jsonl', '--from', path, '--stdin')
    }
    expect(await exported(file)).toMatchObject({ code: 0 })
    expect((await challengeFor(other.app, 'bob')).factors).toEqual(['passkey'])
    const factorsOf = async (at: CommandLine, name: string) =>
      (await jsonOf(at, 'users', 'factors', name)) as { id: string }[]
    const remove = async (at: CommandLine, name: string) => {
      const [first] = await factorsOf(at, name)
      expect(await at.run('users', 'remove-factor', name, first?.id ?? '')).toMatchObject({ code: 0 })
    }
    await remove(line, 'bob')
    await remove(other.line, 'ann')
    const kept = (await factorsOf(other.line, 'ann')).length
    expect(await exported(`${file}.2`)).toMatchObject({ code: 0 })
    expect(await factorsOf(other.line, 'ann')).toHaveLength(kept)
    expect(await factorsOf(other.line, 'bob')).toEqual([])
  })

  it('are never written in the clear: the command refuses, and names the options', async () => {
    const { line, file, phone } = await aServerWithFactors(database)
    const refused = await line.run('export', file)
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringMatching(/Accounts with an authenticator app: 1\..*--encrypt.*--without-factors/),
    })
    expect(existsSync(file)).toBe(false)
    const without = await line.run('export', file, '--without-factors')
    expect(without).toMatchObject({
      code: 0,
      out: expect.stringContaining('The second factors of 2 accounts are not in it'),
    })
    expect(readFileSync(file, 'utf8')).not.toMatch(new RegExp(`${phone.secret}|"type":"(factor|trusted_device)"`))
    const fixture = await line.run('export', `${file}.django`, '--format', 'django')
    expect(fixture).toMatchObject({ code: 0, out: expect.stringContaining('The second factors of 2 accounts') })
  })
})

describe('an import of second factors', () => {
  it.each([
    ['a secret that is not one', '"factor":"totp","secret":"not base32"'],
    ['an unknown factor', '"factor":"sms","secret":"GEZDGNBVGY3TQOJQ"'],
    ['a passkey without a key', '"factor":"passkey","credential_id":"abc"'],
    ['codes that are not hashed', '"factor":"recovery_code","hashes":["1234-5678"]'],
  ])('refuses %s, and imports nothing', async (_title, members) => {
    const { app, line } = await aServer(databases[0] as TestDatabase, 'the-secret-of-the-server-that-comes-00')
    const file = join(line.workingDirectory, 'lines')
    writeFileSync(
      file,
      `{"type":"account","uid":1,"username":"ann"}\n{"type":"factor","account":1,"id":"a",${members}}\n`,
    )
    const refused = await line.run('import', 'jsonl', '--from', file)
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('line 2') })
    expect(await app.app.accounts.find('ann')).toBeUndefined()
  })

  it('asks for the passphrase of an encrypted file, and for a secret to encrypt under', async () => {
    const { line } = await aServer(databases[0] as TestDatabase, 'the-secret-of-the-server-that-comes-00')
    const file = join(line.workingDirectory, 'export')
    await line.pipe(`${PASSPHRASE}\n`, 'export', file, '--encrypt', '--stdin')
    expect(await line.run('import', 'jsonl', '--from', file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('--stdin'),
    })
    expect(await line.pipe('a wrong passphrase\n', 'import', 'jsonl', '--from', file, '--stdin')).toMatchObject({
      code: 1,
      err: expect.stringContaining('passphrase is wrong'),
    })
  })
})
