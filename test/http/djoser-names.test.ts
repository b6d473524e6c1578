import { describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { ask, linkTo, logIn, mailsTo, password, race, signUp, simplejwt, start } from './djoser-app.ts'

describe.each(databases)('the names of accounts in djoser on $name', (database) => {
  it('are phone numbers, in every path and answer', async () => {
    const settings = { USERNAME_FIELD: 'phone_number', REQUIRED_FIELDS: 'email', DEFAULT_PHONE_REGION: 'DE' }
    await start(database, { ...simplejwt, ...settings })
    const user = { phone_number: '030 123456', email: 'anna@example.com', password }
    const created = await ask('POST', 'users/', user)
    expect(created).toMatchObject({ status: 201, json: { phone_number: '030 123456', email: 'anna@example.com' } })
    expect(created.json).not.toHaveProperty('username')
    const twice = await ask('POST', 'users/', { ...user, phone_number: '+49 30 123456' })
    expect(twice).toMatchObject({ status: 400, json: { phone_number: [expect.stringContaining('already exists')] } })
    expect((await ask('POST', 'users/', { password })).json).toEqual({ phone_number: ['This field is required.'] })
    const { json } = await ask('POST', 'jwt/create/', { phone_number: '+4930123456', password })
    const token = `JWT ${String(json.access)}`
    const { json: keyed } = await ask('POST', 'token/login/', { phone_number: '030123456', password })
    const me = await ask('GET', 'users/me/', undefined, `Token ${String(keyed.auth_token)}`)
    expect(me.json).toEqual(created.json)
    const wanted = { new_phone_number: '030 654321', current_password: password }
    const raced = await race(16, () => ask('POST', 'users/set_phone_number/', wanted, token))
    expect(raced).toEqual({ 204: 1, 400: 15 })
    expect((await ask('POST', 'jwt/create/', { phone_number: '030 123456', password })).status).toBe(401)
    expect((await ask('POST', 'jwt/create/', { phone_number: '030 654321', password })).status).toBe(200)
    expect((await ask('POST', 'users/', user)).status).toBe(201)
    await ask('POST', 'users/reset_phone_number/', { email: 'anna@example.com' })
    const link = await linkTo('anna@example.com')
    const bad = await ask('POST', 'users/reset_phone_number_confirm/', { ...link, new_phone_number: 'none' })
    expect(bad).toMatchObject({ status: 400, json: { new_phone_number: ['Enter a valid phone number.'] } })
    const confirmed = await ask('POST', 'users/reset_phone_number_confirm/', {
      ...link,
      new_phone_number: '030 777777',
    })
    expect(confirmed.status).toBe(204)
    expect((await ask('POST', 'jwt/create/', { phone_number: '030 777777', password })).status).toBe(200)
  })

  it('may be LOGIN_FIELD for keys and new names, and either field for tokens', async () => {
    await start(database, { ...simplejwt, LOGIN_FIELD: 'email', USER_ID_FIELD: 'username' })
    const { json: created } = await signUp('anna')
    expect(await mailsTo('anna@example.com')).toEqual([])
    expect(created).toEqual({ username: 'anna', email: 'anna@example.com' })
    const { json: keyed } = await ask('POST', 'token/login/', { email: 'anna@example.com', password })
    const key = `Token ${String(keyed.auth_token)}`
    expect((await ask('GET', 'users/anna/', undefined, key)).json).toEqual(created)
    expect((await ask('GET', 'users/bob/', undefined, key)).status).toBe(404)
    expect((await ask('POST', 'token/login/', { username: 'anna', password })).status).toBe(400)
    for (const username of ['anna', 'anna@example.com']) {
      expect((await ask('POST', 'jwt/create/', { username, password })).status).toBe(200)
    }
    const wanted = { new_email: 'new@example.com', current_password: password }
    expect((await ask('POST', 'users/set_username/', wanted, key)).status).toBe(204)
    expect((await ask('GET', 'users/me/', undefined, key)).json).toEqual({ username: 'anna', email: 'new@example.com' })
    const again = { ...wanted, new_email: 'newer@example.com' }
    expect((await ask('POST', 'users/set_email/', again, key)).status).toBe(204)
  })

  it('are looked up by ids that are read as Python reads integers', async () => {
    await start(database, simplejwt)
    const { json } = await signUp('anna')
    const token = await logIn('anna')
    const id = String(json.id)
    for (const written of [`00${id}`, `+${id}`, `%20${id}`, `0_${id}`]) {
      expect((await ask('GET', `users/${written}/`, undefined, token)).json, written).toEqual(json)
    }
    for (const written of [`${id}.0`, `-${id}`, `0x${id}`, '_1', '%00']) {
      expect((await ask('GET', `users/${written}/`, undefined, token)).status, written).toBe(404)
    }
    const uid = Buffer.from(id).toString('base64url')
    const tried = { uid: `${uid}\n`, token: 'x', new_password: password }
    expect((await ask('POST', 'users/reset_password_confirm/', tried)).json).toHaveProperty('token')
    expect(
      (await ask('POST', 'users/reset_password_confirm/', { ...tried, uid: uid.slice(0, 1) })).json,
    ).toHaveProperty('uid')
  })
})
