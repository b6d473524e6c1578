import { describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { addTotp } from '../support/second-factors.ts'
import { app, ask, keyOf, logIn, password, restart, signUp, simplejwt, start } from './djoser-app.ts'

const NOT_FOUND = { detail: 'Not found.' }
const FORBIDDEN = { detail: 'You do not have permission to perform this action.' }
const NO_LOGIN = { detail: 'Authentication credentials were not provided.' }

/** The text of PERMISSIONS that gives each action one class. */
const permissions = (given: Record<string, string>) =>
  JSON.stringify(Object.fromEntries(Object.entries(given).map(([key, name]) => [key, [name]])))

describe.each(databases)("djoser's PERMISSIONS on $name", (database) => {
  /** Three users, the last of them staff. */
  async function startWith(given: Record<string, string>, settings: Record<string, string> = {}) {
    await start(database, simplejwt)
    for (const name of ['ann', 'bob', 'boss']) await signUp(name)
    await app?.administer('promote', 'boss')
    await restart({ PERMISSIONS: permissions(given), ...settings })
    return { ann: await logIn('ann'), boss: await logIn('boss') }
  }
  it('let only staff see the list, and hide it from others unless HIDE_USERS is off', async () => {
    const { ann, boss } = await startWith({ user_list: 'IsAdminUser' })
    expect(await ask('GET', 'users/', undefined, ann)).toEqual({ status: 404, json: NOT_FOUND })
    expect((await ask('GET', 'users/')).json).toEqual(NO_LOGIN)
    expect((await ask('GET', 'users/', undefined, boss)).json).toHaveLength(3)
    await restart({ HIDE_USERS: 'false' })
    expect(await ask('GET', 'users/', undefined, ann)).toEqual({ status: 403, json: FORBIDDEN })
    // The other actions of djoser stay as they are.
    expect((await signUp('cid')).status).toBe(201)
    expect((await ask('GET', 'users/me/', undefined, ann)).status).toBe(200)
  })

  it('show users to everybody who may read them, and let nobody else change them', async () => {
    const { ann } = await startWith({ user: 'CurrentUserOrAdminOrReadOnly', user_list: 'AllowAny' })
    expect(await ask('GET', 'users/2/')).toMatchObject({ status: 200, json: { username: 'bob' } })
    expect((await ask('GET', 'users/2/', undefined, ann)).status).toBe(200)
    expect((await ask('GET', 'users/99/')).status).toBe(404)
    expect((await ask('GET', 'users/')).json).toEqual([])
    expect((await ask('GET', 'users/me/')).json).toEqual(NO_LOGIN)
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      expect((await ask(method, 'users/2/', { email: 'x@example.com' })).status).toBe(401)
    }
    const change = { email: 'x@example.com', current_password: password }
    expect((await ask('PATCH', 'users/2/', change, ann)).status).toBe(404)
    expect((await ask('DELETE', 'users/2/', change, ann)).status).toBe(403)
    await restart({ HIDE_USERS: 'false' })
    expect((await ask('GET', 'users/')).json).toHaveLength(3)
  })

  it('let only staff change users, even with AllowAny or IsAuthenticated', async () => {
    const { ann } = await startWith({ user: 'AllowAny', user_delete: 'IsAuthenticated' })
    expect((await ask('PATCH', 'users/2/', { email: 'x@example.com' })).status).toBe(401)
    expect((await ask('PATCH', 'users/2/', { email: 'x@example.com' }, ann)).status).toBe(404)
    expect((await ask('DELETE', 'users/2/', { current_password: password }, ann)).status).toBe(403)
    expect((await ask('DELETE', 'users/me/')).status).toBe(401)
    expect((await ask('DELETE', 'users/me/', { current_password: password }, ann)).status).toBe(204)
  })

  it('keep everything that is for staff from other users', async () => {
    const { ann, boss } = await startWith({
      user: 'IsAdminUser',
      user_delete: 'IsAdminUser',
      set_password: 'IsAdminUser',
      token_create: 'IsAdminUser',
      activation: 'IsAuthenticated',
      password_reset: 'IsAdminUser',
    })
    expect((await ask('GET', 'users/me/', undefined, ann)).json).toEqual(FORBIDDEN)
    expect((await ask('GET', 'users/1/', undefined, ann)).json).toEqual(NOT_FOUND)
    expect((await ask('DELETE', 'users/me/', { current_password: password }, ann)).status).toBe(403)
    expect((await ask('DELETE', 'users/1/', { current_password: password }, ann)).status).toBe(403)
    expect((await ask('POST', 'users/set_password/', {}, ann)).status).toBe(403)
    expect((await ask('POST', 'users/set_password/', {}, boss)).status).toBe(400)
    expect((await ask('POST', 'users/activation/', {})).status).toBe(401)
    expect((await ask('POST', 'users/activation/', {}, ann)).status).toBe(400)
    for (const path of ['users/reset_password/', 'users/resend_activation/', 'token/login/']) {
      expect([path, (await ask('POST', path, {})).status, (await ask('POST', path, {}, ann)).status]).toEqual([
        path,
        401,
        403,
      ])
    }
    expect((await ask('POST', 'token/login/', { username: 'ann', password }, boss)).status).toBe(200)
  })

  it('let only staff create users, with their second factor', async () => {
    const { ann, boss } = await startWith({ user_create: 'IsAdminUser' }, { REGISTRATION: 'closed' })
    const wanted = (username: string) => ({ username, email: `${username}@example.com`, password })
    expect((await ask('POST', 'users/', wanted('cid'))).status).toBe(401)
    expect((await ask('POST', 'users/', wanted('cid'), ann)).json).toEqual(FORBIDDEN)
    expect((await ask('POST', 'users/', wanted('cid'), boss)).status).toBe(201)
    expect((await ask('POST', 'users/', wanted('cid'), `Token ${await keyOf('boss')}`)).status).toBe(400)
    const events = await app?.app.database.read.selectFrom('audit_events').select('event').execute()
    expect(events?.filter(({ event }) => event === 'account.created')).toHaveLength(1)
    if (app !== undefined) await addTotp(app, (await logIn('boss')).replace('JWT ', ''))
    expect((await ask('POST', 'users/', wanted('dan'), boss)).json).toMatchObject({ code: 'second_factor_required' })
  })

  it('need the permission of the administration too, without COMPATIBILITY', async () => {
    await start(database)
    await signUp('boss')
    await app?.administer('promote', 'boss')
    await restart({ PERMISSIONS: permissions({ user_create: 'IsAdminUser' }), REGISTRATION: 'invite' })
    const wanted = { username: 'cid', email: 'cid@example.com', password }
    expect((await ask('POST', 'users/', wanted, await logIn('boss'))).json).toEqual(FORBIDDEN)
    expect(await app?.app.accounts.find('cid')).toBeUndefined()
  })
})
