import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCommandLine, aReadyCommandLine, jsonOf } from '../../../test/support/command-line.ts'
import { databases } from '../../../test/support/databases.ts'
import { sendJson } from '../../../test/support/http-client.ts'
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts'

const OTHER_SECRET = 'another secret than the one of the tests'

type Key = { kid: string; state: string }

describe.each(databases)('keys on $name', (database) => {
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp({ database })
  })
  afterAll(() => app.close())

  const aCli = (environment = {}) => aCommandLine({ databaseUrl: app.databaseUrl, environment })

  it('lists them without a secret', async () => {
    const cli = aCli({ SECRET_KEY: undefined })
    const keys = await jsonOf(cli, 'keys', 'list')
    expect(keys.map((key: Key) => key.state).sort()).toEqual(['current', 'next'])
    expect(Object.keys(keys[0]).sort()).toEqual(
      ['activated_at', 'algorithm', 'created_at', 'kid', 'retired_at', 'retires_at', 'state', 'superseded_at'].sort(),
    )
    expect((await cli.run('keys', 'list')).out).toMatch(/^KID +ALGORITHM +STATE +CREATED/)
  })

  it('says when a rotation takes effect, so that every API knows the key before it signs', async () => {
    const before: Key[] = await jsonOf(aCli(), 'keys', 'list')
    const { out, code } = await aCli().run('keys', 'rotate')
    expect([code, out]).toEqual([0, expect.stringMatching(/^The next key signs tokens from \d{4}-\d\d-\d\d.*By then/)])
    const again = await jsonOf(aCli(), 'keys', 'rotate')
    expect(again).toEqual({ rotated: false, takes_effect_at: expect.any(String) })
    const waitMs = Date.parse(again.takes_effect_at) - app.clock.now()
    expect(waitMs).toBeGreaterThan(10 * 60_000)
    expect(waitMs).toBeLessThanOrEqual(15 * 60_000)
    expect(await jsonOf(aCli(), 'keys', 'list')).toEqual(before)
  })

  it('rotates with --now: the next one signs at once, and the message says what that may break', async () => {
    const before: Key[] = await jsonOf(aCli(), 'keys', 'list')
    const { code, out, err } = await aCli().run('keys', 'rotate', '--now')
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^The next key now signs tokens\.\n.*may refuse new tokens for up to ten minutes/)
    expect(out).toContain('latchkey keys retire')
    const after: Key[] = await jsonOf(aCli(), 'keys', 'list')
    const stateOf = (state: string, keys: Key[]) => keys.find((key) => key.state === state)?.kid
    expect(stateOf('current', after)).toBe(stateOf('next', before))
    expect(stateOf('retiring', after)).toBe(stateOf('current', before))
  })

  it('refuses to change keys under another SECRET_KEY or ALGORITHM than the server’s, and changes nothing', async () => {
    const before = await jsonOf(aCli(), 'keys', 'list')
    const refusals = [
      [{ SECRET_KEY: OTHER_SECRET }, 'was encrypted under another SECRET_KEY'],
      [{ SECRET_KEY: undefined }, 'SECRET_KEY: is not set'],
      [{ ALGORITHM: 'EdDSA' }, 'The server signs with ES256'],
      [{ COMPATIBILITY: 'simplejwt' }, 'The server signs with ES256'],
    ] as const
    for (const [environment, reason] of refusals) {
      for (const command of [['rotate'], ['retire', '--', before[0].kid]]) {
        const refused = await aCli(environment).run('keys', ...command)
        expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining(reason) })
      }
    }
    expect(await jsonOf(aCli(), 'keys', 'list')).toEqual(before)
  })

  it('retires one, and ends what it signed', async () => {
    const cli = aCli()
    await cli.pipe('copper-lantern-42', 'users', 'create', 'anna', '--stdin')
    app = await app.restart()
    const body = { username: 'anna', password: 'copper-lantern-42' }
    const { refresh } = (await sendJson(app.url, 'POST', '/api/login/', { body })).json as { refresh: string }
    const { kid } = (await jsonOf(cli, 'keys', 'list')).find((key: Key) => key.state === 'current')
    const refused = await cli.talk([['[y/N] ', 'n']], 'keys', 'retire', '--', kid)
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('Cancelled. No key was retired.') })
    expect(await cli.run('keys', 'retire', '--', kid)).toMatchObject({
      code: 0,
      out: `Retired ${kid} and ended 1 session.\n`,
    })
    expect((await sendJson(app.url, 'POST', '/api/token/refresh/', { body: { refresh } })).status).toBe(401)
    expect(await cli.run('keys', 'retire', '--', kid)).toMatchObject({ code: 1 })
  })

  it('retires keys whose SECRET_KEY is lost, if the option says so', async () => {
    const cli = aCli({ SECRET_KEY: OTHER_SECRET })
    const usable = (await jsonOf(cli, 'keys', 'list')).filter((key: Key) => key.state !== 'retired')
    for (const { kid } of usable) {
      expect((await cli.run('keys', 'retire', '--lost-secret', '--', kid)).code).toBe(0)
    }
    expect((await cli.run('keys', 'rotate')).code).toBe(0)
  })
})

describe('keys', () => {
  it('do not exist before a server has started', async () => {
    const cli = await aReadyCommandLine()
    expect(await jsonOf(cli, 'keys', 'list')).toEqual([])
    expect(await cli.run('keys', 'rotate')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no server has started'),
    })
  })

  it('cannot be rotated with HS256, whose key is SECRET_KEY itself', async () => {
    const cli = await aReadyCommandLine(undefined, { environment: { ALGORITHM: 'HS256' } })
    expect(await cli.run('keys', 'rotate')).toMatchObject({
      code: 1,
      err: expect.stringContaining('SECRET_KEY_FALLBACKS'),
    })
  })
})
