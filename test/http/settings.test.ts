import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeSettings } from '../../src/config/settings.ts'
import { addPerson, addStaff, addSuperuser, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../support/test-app.ts'
import { codeOf } from '../support/v1-client.ts'

const secrets = {
  SERVICE_CREDENTIALS: 'orders:p1ain-and-long-enough-for-a-service',
  SECRET_KEY_FALLBACKS: 'a-former-secret-key-for-tests-only-0123',
  METRICS_TOKEN: 'a-token-with-which-prometheus-asks-0123',
  CARRY_OVER_SECRET: 'the-secret-of-a-former-server-0123456789',
  MAIL_URL: 'smtp://postmaster:mail-pa55word@127.0.0.1:1',
}

describe.each(databases)('the settings, shown to administrators on $name', (database) => {
  let app: TestApp
  let root: Person

  beforeAll(async () => {
    const settings = { ...secrets, CARRY_OVER_UNTIL: '2099-12-31', COMPATIBILITY: 'simplejwt', LOG_LEVEL: 'warn' }
    app = await startTestApp({ database, settings })
    root = await addSuperuser(app, 'root')
  })
  afterAll(() => app.close())

  it('are all there, with their current values and where these come from', async () => {
    const { status, json } = await root.ask('GET', 'admin/settings')
    const { settings } = json as { settings: { name: string; [member: string]: unknown }[] }
    expect(status).toBe(200)
    expect(settings.map(({ name }) => name)).toEqual(describeSettings().map(({ name }) => name))
    const find = (wanted: string) => settings.find(({ name }) => name === wanted)
    expect(find('LOG_LEVEL')).toEqual({
      name: 'LOG_LEVEL',
      group: 'General',
      description: expect.stringContaining('The lowest level that is logged'),
      value: 'warn',
      source: 'environment',
      is_set: true,
      is_secret: false,
    })
    expect(find('ALGORITHM')).toMatchObject({ value: 'HS256', source: 'compatibility', is_set: false })
    expect(find('ACCESS_TOKEN_LIFETIME')).toMatchObject({ value: '5m', source: 'default', is_set: false })
    expect(find('LIMIT_LOGIN_PER_ADDRESS')).toMatchObject({ value: '25/5m' })
  })

  it('show no secret, only whether it is set', async () => {
    const { json, text } = await root.ask('GET', 'admin/settings')
    const { settings } = json as { settings: { name: string; is_secret: boolean; value: unknown; is_set: boolean }[] }
    const told = settings.filter(({ is_secret }) => is_secret).map(({ name, value, is_set }) => [name, value, is_set])
    expect(told).toEqual(
      describeSettings()
        .filter(({ isSecret }) => isSecret)
        .map(({ name }) => [name, null, true]),
    )
    const parts = [
      ...[TEST_SECRET_KEY, app.databaseUrl, ...Object.values(secrets), ...Object.values(app.config.metrics)],
      ...[
        'mail-pa55word',
        'postmaster',
        'orders:',
        ...app.config.services.serviceCredentials.map((one) => one.secretDigest),
      ],
    ]
    expect(parts.filter((part) => text.includes(String(part)))).toEqual([])
  })

  it('are shown only to superusers who are staff, and cannot be changed', async () => {
    const staff = await addStaff(app, 'staff', 'keys.view', 'events.view')
    const superuser = await addPerson(app, 'superuser', { isSuperuser: true })
    for (const person of [staff, superuser]) {
      expect(codeOf(await person.ask('GET', 'admin/settings'))).toBe('permission_denied')
    }
    expect((await sendJson(app.url, 'GET', '/api/v1/admin/settings')).status).toBe(401)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect((await root.ask(method, 'admin/settings', { LOG_LEVEL: 'silent' })).status).toBe(405)
    }
  })
})
