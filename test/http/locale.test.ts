import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { type MailedApp, PASSWORD, startMailedApp } from '../support/mailed-app.ts'
import { addAdministrator, logIn } from '../support/v1-client.ts'

describe.each(databases)('the language of an account on $name', (database) => {
  let at: MailedApp
  let count = 0

  beforeAll(async () => {
    at = await startMailedApp(database)
  })
  afterAll(() => at.close())

  type Answer = { id: number; locale: string | null }

  async function register(body: object, languages?: string): Promise<Answer & { username: string }> {
    const username = `person${++count}`
    const headers = languages === undefined ? {} : { 'accept-language': languages }
    const whole = { username, email: `${username}@example.net`, password: PASSWORD, ...body }
    const { json } = await at.post('/api/v1/register', whole, undefined, headers)
    return { ...(json as Answer), username }
  }
  const subjects = async () => (await at.mail()).map(({ subject }) => subject)
  const patch = (token: string, locale: unknown) =>
    sendJson(at.app.url, 'PATCH', '/api/v1/me', { token, body: { locale } })

  it('is the one named at registration, otherwise the one that the client prefers, otherwise not chosen', async () => {
    expect((await register({ locale: 'de' }, 'en')).locale).toBe('de')
    expect((await register({}, 'de-AT,de;q=0.9,en;q=0.8')).locale).toBe('de')
    expect((await register({}, 'fr')).locale).toBeNull()
    expect((await register({})).locale).toBeNull()
    const german = 'Bestätige deine E-Mail-Adresse'
    const english = 'Confirm your email address'
    expect((await subjects()).toSorted()).toEqual([german, german, english, english])
  })

  it('comes from the client on the classic paths too, whose responses do not change', async () => {
    const body = { username: 'classic', email: 'classic@example.net', password: PASSWORD, password2: PASSWORD }
    const { json } = await at.post('/api/register/', body, undefined, { 'accept-language': 'de' })
    expect(JSON.stringify(json)).not.toContain('locale')
    const me = await sendJson(at.app.url, 'GET', '/api/v1/me', { token: await at.login('classic') })
    expect(me.json).toMatchObject({ locale: 'de' })
  })

  it('is changed by its owner, and emails follow', async () => {
    const { username } = await register({})
    const token = await at.login(username)
    expect((await patch(token, 'de')).json).toMatchObject({ locale: 'de' })
    await at.mail()
    await at.post('/api/v1/password-reset', { email: `${username}@example.net` })
    await at.post('/api/v1/me/email', { email: `${username}@example.com`, password: PASSWORD }, token)
    expect((await subjects()).toSorted()).toEqual([
      'Bestätige deine neue E-Mail-Adresse',
      'Deine E-Mail-Adresse soll geändert werden',
      'Wähle ein neues Passwort',
    ])
    expect((await patch(token, null)).json).toMatchObject({ locale: null })
  })

  it.each(['fr', 'DE', 'de-AT', '', 7, {}])('%j is not one of ours', async (locale) => {
    const { username } = await register({})
    const { status, json } = await patch(await at.login(username), locale)
    expect(status).toBe(400)
    expect(json).toMatchObject({ code: 'invalid_fields', errors: [expect.objectContaining({ field: 'locale' })] })
  })

  it('is set by administrators and recorded, and an invitation may have its own', async () => {
    await addAdministrator(at.app, `root${++count}`)
    const { access_token: token } = await logIn(at.app, `root${count}`)
    const made = await at.post('/api/v1/admin/users', { username: `made${count}`, locale: 'de' }, token)
    const { id } = made.json as Answer
    const path = `/api/v1/admin/users/${id}`
    expect(made.json).toMatchObject({ locale: 'de' })
    await sendJson(at.app.url, 'PATCH', path, { token, body: { locale: 'en' } })
    const { json } = await sendJson(at.app.url, 'GET', `/api/v1/admin/events?account_id=${id}&event=account.changed`, {
      token,
    })
    expect(json).toMatchObject({ events: [{ facts: { fields: ['locale'] } }] })
    await at.mail()
    await at.post('/api/v1/admin/invitations', { email: 'guest@example.net', locale: 'de' }, token)
    expect(await subjects()).toEqual([expect.stringMatching(/^Du bist zu .* eingeladen$/)])
  })
})
