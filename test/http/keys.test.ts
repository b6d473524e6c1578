import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../support/test-app.ts'
import {
  addAccount,
  addAdministrator,
  codeOf,
  listSessions,
  logIn,
  meet,
  refresh,
  rotated,
  type V1Tokens,
} from '../support/v1-client.ts'

const MINUTE = 60_000
const NEW_SECRET = 'another-secret-key-for-tests-only-0123'

type WireKey = { kid: string; state: string; activated_at: string | null; retired_at: string | null }

describe.each(databases)('signing keys on $name', (database) => {
  let app: TestApp
  let root: V1Tokens

  beforeEach(async () => {
    app = await startTestApp({ database })
    await addAdministrator(app, 'root')
    await addAccount(app, 'ann')
    root = await logIn(app, 'root')
  })
  afterEach(() => app.close())

  const asRoot = (method: string, path: string, by = app) =>
    sendJson(by.url, method, `/api/v1/admin/keys${path}`, { token: root.access_token })

  async function listKeys(): Promise<WireKey[]> {
    return ((await asRoot('GET', '')).json as { keys: WireKey[] }).keys
  }

  async function kidOf(state: string): Promise<string> {
    const key = (await listKeys()).find((one) => one.state === state)
    if (key === undefined) throw new Error(`no key is ${state}`)
    return key.kid
  }

  it('are listed without their private parts', async () => {
    const keys = await listKeys()
    expect(keys.map(({ state }) => state).sort()).toEqual(['current', 'next'])
    expect(Object.keys(keys[0] ?? {})).toEqual([
      'kid',
      'algorithm',
      'state',
      'created_at',
      'activated_at',
      'superseded_at',
      'retires_at',
      'retired_at',
    ])
  })

  it('are rotated, and tokens of both keys are valid, here and in other processes at once', async () => {
    const other = await app.another()
    const before = await logIn(app, 'ann')
    const nextKid = await kidOf('next')
    expect((await asRoot('POST', '/rotate?now=true')).json).toEqual({
      rotated: true,
      takes_effect_at: expect.any(String),
    })
    expect(await kidOf('current')).toBe(nextKid)
    const after = await logIn(app, 'ann')
    for (const process of [app, other]) {
      for (const tokens of [before, after])
        expect(await meet(process, tokens.access_token)).toEqual([200, 200, undefined])
    }
    expect((await refresh(other, before.refresh_token)).status).toBe(200)
    expect((await refresh(other, after.refresh_token)).status).toBe(200)
  })

  it('are known to other processes as soon as one of their tokens is presented, even right after they were created', async () => {
    const other = await app.another()
    // Twice in a row: the key that then signs was created after the other process had read the ring.
    for (let turn = 0; turn < 2; turn++) await asRoot('POST', '/rotate?now=true')
    const tokens = await logIn(app, 'ann')
    expect(await meet(other, tokens.access_token)).toEqual([200, 200, undefined])
    expect((await refresh(other, tokens.refresh_token)).status).toBe(200)
  })

  it('give the same successor of a refresh token again, although another key has taken over in between', async () => {
    const other = await app.another()
    const { refresh_token } = await logIn(app, 'ann')
    const first = await rotated(app, refresh_token)
    await asRoot('POST', '/rotate?now=true')
    for (const process of [app, other]) {
      expect((await rotated(process, refresh_token)).refresh_token).toBe(first.refresh_token)
    }
    const kid = await kidOf('retiring')
    const next = await rotated(app, first.refresh_token)
    root = await rotated(app, root.refresh_token)
    expect((await asRoot('POST', `/${kid}/retire`)).json).toEqual({ ended: 0 })
    expect(await meet(app, next.access_token)).toEqual([200, 200, undefined])
  })

  it('end their sessions when they are retired, with the reason, and leave the others alone', async () => {
    const old = await logIn(app, 'ann')
    await asRoot('POST', '/rotate?now=true')
    const young = await logIn(app, 'ann')
    root = await rotated(app, root.refresh_token)
    const kid = await kidOf('retiring')
    const retired = await asRoot('POST', `/${kid}/retire`)
    expect([retired.status, retired.json]).toEqual([200, { ended: 1 }])
    expect(await meet(app, old.access_token)).toEqual([401, 401, 'key_retired'])
    expect(codeOf(await refresh(app, old.refresh_token))).toBe('key_retired')
    expect(await meet(app, young.access_token)).toEqual([200, 200, undefined])
    expect((await refresh(app, young.refresh_token)).status).toBe(200)
    const ended = (await listSessions(app, young.access_token, '?ended=true')).map(({ end_reason }) => end_reason)
    expect(ended).toEqual([null, 'key_retired'])
    expect((await listKeys()).find((key) => key.kid === kid)).toMatchObject({ state: 'retired' })
  })

  it('stay valid under another ALGORITHM, and after the change back', async () => {
    let tokens = await logIn(app, 'ann')
    for (const ALGORITHM of ['HS256', 'EdDSA', 'ES256']) {
      app = await app.restart({ ALGORITHM })
      expect(await meet(app, tokens.access_token)).toEqual([200, 200, undefined])
      tokens = await rotated(app, tokens.refresh_token)
      expect(await meet(app, tokens.access_token)).toEqual([200, 200, undefined])
    }
  })

  it('sign everybody out if the current one is retired; a login continues with the next', async () => {
    const ann = await logIn(app, 'ann')
    const [kid, nextKid] = [await kidOf('current'), await kidOf('next')]
    expect((await asRoot('POST', `/${kid}/retire`)).json).toEqual({ ended: 2 })
    for (const tokens of [ann, root]) expect(await meet(app, tokens.access_token)).toEqual([401, 401, 'key_retired'])
    root = await logIn(app, 'root')
    expect(await kidOf('current')).toBe(nextKid)
    const events = await sendJson(app.url, 'GET', '/api/v1/admin/events?event=key.retired', {
      token: root.access_token,
    })
    expect(events.json).toMatchObject({ events: [{ actor: { type: 'account' }, facts: { kid } }] })
  })

  it('can be changed only after a recent login', async () => {
    app.clock.advance(15 * MINUTE)
    root = await rotated(app, root.refresh_token)
    for (const path of ['/rotate', `/${await kidOf('current')}/retire`]) {
      const answer = await asRoot('POST', path)
      expect([answer.status, codeOf(answer)]).toEqual([403, 'recent_login_required'])
    }
    expect((await listKeys()).map(({ state }) => state).sort()).toEqual(['current', 'next'])
  })

  it.each(['nobody', '__proto__', '%00', 'x'.repeat(2_000)])(
    'of a kid nobody knows (%s) cannot be retired',
    async (kid) => {
      const answer = await asRoot('POST', `/${kid}/retire`)
      expect([answer.status, codeOf(answer)]).toEqual([404, 'not_found'])
    },
  )

  it('survive a change of SECRET_KEY, if the previous one is a fallback', async () => {
    const ann = await logIn(app, 'ann')
    app = await app.restart({ SECRET_KEY: NEW_SECRET, SECRET_KEY_FALLBACKS: TEST_SECRET_KEY })
    expect(await meet(app, ann.access_token)).toEqual([200, 200, undefined])
    const next = await rotated(app, ann.refresh_token)
    app = await app.restart({ SECRET_KEY_FALLBACKS: 'none' })
    expect((await refresh(app, next.refresh_token)).status).toBe(200)
  })
})

describe.each(databases)('SECRET_KEY as the signing key (HS256), on $name', (database) => {
  let app: TestApp

  beforeEach(async () => {
    app = await startTestApp({ database, settings: { ALGORITHM: 'HS256' } })
    await addAdministrator(app, 'root')
  })
  afterEach(() => app.close())

  it('is not rotated or retired', async () => {
    const { access_token: token } = await logIn(app, 'root')
    const { json } = await sendJson(app.url, 'GET', '/api/v1/admin/keys', { token })
    const [key] = (json as { keys: WireKey[] }).keys
    for (const path of ['rotate', `${key?.kid}/retire`]) {
      const answer = await sendJson(app.url, 'POST', `/api/v1/admin/keys/${path}`, { token })
      expect([answer.status, codeOf(answer)]).toEqual([409, 'key_is_fixed'])
    }
  })

  it('is replaced with the previous one as a fallback, and nobody is logged out', async () => {
    const tokens = await logIn(app, 'root')
    app = await app.restart({ SECRET_KEY: NEW_SECRET, SECRET_KEY_FALLBACKS: TEST_SECRET_KEY })
    expect(await meet(app, tokens.access_token)).toEqual([200, 200, undefined])
    const next = await rotated(app, tokens.refresh_token)
    app = await app.restart({ SECRET_KEY_FALLBACKS: 'none' })
    expect((await meet(app, tokens.access_token))[0]).toBe(401)
    expect((await refresh(app, next.refresh_token)).status).toBe(200)
  })
})
