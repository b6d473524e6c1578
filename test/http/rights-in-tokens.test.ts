import { createSecretKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import { addPerson, addStaff, addSuperuser, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../support/test-app.ts'
import { addAccount, claimsOf, logIn, PASSWORD, rotated } from '../support/v1-client.ts'

const claims = { GROUPS_CLAIM: 'groups', PERMISSIONS_CLAIM: 'permissions' }

describe.each(databases)('the rights in tokens on $name', (database) => {
  async function start(settings: Record<string, string>): Promise<{ app: TestApp; root: Person; group: number }> {
    const app = await startTestApp({ database, settings })
    onTestFinished(() => app.close())
    const root = await addSuperuser(app, 'root')
    const { json } = await root.ask('POST', 'admin/groups', { name: 'Éditeurs', permissions: ['posts.add'] })
    return { app, root, group: (json as { id: number }).id }
  }

  it('are left out by default', async () => {
    const { app, root, group } = await start({})
    const { id } = await addAccount(app, 'kim')
    await root.ask('PUT', `admin/groups/${group}/members/${id}`)
    const { access_token } = await logIn(app, 'kim')
    expect(Object.keys(claimsOf(access_token)).toSorted()).toEqual(
      ['exp', 'iat', 'iss', 'jti', 'sid', 'sub', 'token_type', 'user_id'].toSorted(),
    )
  })

  it('are in access tokens of both contracts, as they are at that moment, and never in refresh tokens', async () => {
    const { app, root, group } = await start(claims)
    const kim = await addStaff(app, 'kim', 'accounts.view')
    expect(claimsOf(kim.token)).toMatchObject({ groups: [], permissions: ['accounts.view'] })

    await root.ask('PUT', `admin/groups/${group}/members/${kim.id}`)
    const first = await rotated(app, kim.refreshToken)
    const rights = { groups: ['Éditeurs'], permissions: ['accounts.view', 'posts.add'] }
    expect(claimsOf(first.access_token)).toMatchObject(rights)
    const body = { username: 'kim', password: PASSWORD }
    const classic = (await sendJson(app.url, 'POST', '/api/token/', { body })).json as {
      access: string
      refresh: string
    }
    expect(claimsOf(classic.access)).toMatchObject(rights)
    const again = await sendJson(app.url, 'POST', '/api/token/refresh/', { body: { refresh: classic.refresh } })
    expect(claimsOf((again.json as { access: string }).access)).toMatchObject(rights)

    await root.ask('DELETE', `admin/groups/${group}`)
    await root.ask('PATCH', `admin/users/${kim.id}`, { user_permissions: [] })
    const second = await rotated(app, first.refresh_token)
    expect(claimsOf(second.access_token)).toMatchObject({ groups: [], permissions: [] })
    for (const token of [kim.refreshToken, first.refresh_token, second.refresh_token, classic.refresh]) {
      expect(claimsOf(token)).not.toHaveProperty('groups')
      expect(claimsOf(token)).not.toHaveProperty('permissions')
    }
  })

  it('are all permissions for superusers, for as long as they are superusers', async () => {
    const { app, root } = await start({ PERMISSIONS_CLAIM: 'https://example.org/may' })
    const boss = await addSuperuser(app, 'boss')
    const may = (token: string) => claimsOf(token)['https://example.org/may']
    expect(may(boss.token)).toEqual(expect.arrayContaining(['accounts.delete', 'keys.change', 'posts.add']))
    expect(claimsOf(boss.token)).not.toHaveProperty('groups')
    await root.ask('PATCH', `admin/users/${boss.id}`, { is_superuser: false })
    expect(may((await rotated(app, boss.refreshToken)).access_token)).toEqual([])
  })

  it('do not make a token too long: a list that is too long is left out', async () => {
    const { app, root } = await start(claims)
    const many = Array.from({ length: 200 }, (_, nth) => `warehouse.permission_${nth}`)
    const kim = await addPerson(app, 'kim', { permissions: many })
    expect(claimsOf(kim.token)).not.toHaveProperty('permissions')
    expect(claimsOf(kim.token)).toMatchObject({ groups: [] })
    expect((await kim.ask('GET', 'me')).json).toMatchObject({ permissions: many.toSorted() })
    await root.ask('PATCH', `admin/users/${kim.id}`, { user_permissions: many.slice(0, 3) })
    const { access_token } = await rotated(app, kim.refreshToken)
    expect(claimsOf(access_token)).toMatchObject({ permissions: many.slice(0, 3) })
  })

  it('grant nothing here: Latchkey does not trust what a token says', async () => {
    const { app, root } = await start(claims)
    const kim = await addStaff(app, 'kim', 'accounts.view')
    expect((await kim.ask('GET', 'admin/users')).status).toBe(200)
    await root.ask('PATCH', `admin/users/${kim.id}`, { user_permissions: [] })
    expect(claimsOf(kim.token)).toMatchObject({ permissions: ['accounts.view'] })
    expect((await kim.ask('GET', 'admin/users')).status).toBe(403)
  })

  it('are not copied from a token of another server', async () => {
    const { app } = await start({ COMPATIBILITY: 'simplejwt', ...claims })
    const { id } = await addAccount(app, 'kim')
    const now = Math.floor(app.clock.now() / 1_000)
    const foreign = await new SignJWT({
      ...{ token_type: 'refresh', jti: 'f'.repeat(32), user_id: id, iat: now, exp: now + 600 },
      ...{ groups: ['root'], permissions: ['accounts.delete'], team: 'blue' },
    })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(createSecretKey(Buffer.from(TEST_SECRET_KEY)))
    const { json } = await sendJson(app.url, 'POST', '/api/token/refresh/', { body: { refresh: foreign } })
    expect(claimsOf((json as { access: string }).access)).toMatchObject({ groups: [], permissions: [], team: 'blue' })
  })
})
