import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addSuperuser, look, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { type MailedApp, startMailedApp } from '../support/mailed-app.ts'

const NEW_PASSWORD = 'staple of another battery'

describe.each(databases)('the mail that administrators cause, on $name', (database) => {
  let at: MailedApp
  let root: Person
  let id: number

  beforeAll(async () => {
    at = await startMailedApp(database)
  })
  beforeEach(async () => {
    await at.reset()
    root = await addSuperuser(at.app, 'root')
    await at.register('alice')
    await at.mail()
    const { json } = await root.ask('GET', 'admin/users?search=alice')
    id = (json as { users: { id: number }[] }).users[0]?.id ?? 0
  })
  afterAll(() => at.close())

  it('is a link to set a password, if a reset is forced', async () => {
    expect((await root.ask('POST', `admin/users/${id}/force-password-reset`)).status).toBe(204)
    await expect(at.login('alice')).rejects.toThrow('no_active_account')
    const [mail, ...others] = await at.mail()
    expect([mail?.to, others]).toEqual([['alice@example.net'], []])
    const body = { token: mail?.token, password: NEW_PASSWORD }
    expect((await at.post('/api/v1/password-reset/confirm', body)).status).toBe(200)
    await at.login('alice', NEW_PASSWORD)
    expect(await look(root, id)).toMatchObject({ has_password: true, email_verified: true })
  })

  it('is not sent if there is no address, or if nobody may use the account', async () => {
    await root.ask('POST', `admin/users/${id}/deactivate`)
    expect((await root.ask('POST', `admin/users/${id}/force-password-reset`)).status).toBe(204)
    await root.ask('PATCH', `admin/users/${id}`, { email: '' })
    await at.mail()
    await root.ask('POST', `admin/users/${id}/activate`)
    expect((await root.ask('POST', `admin/users/${id}/force-password-reset`)).status).toBe(204)
    expect(await at.mail()).toEqual([])
  })

  it('voids links that were sent before: to the old address, and for the old password', async () => {
    const link = async () => {
      await at.post('/api/v1/password-reset', { email: 'alice@example.net' })
      return (await at.mail())[0]?.token
    }
    const reset = (token: string | undefined) =>
      at.post('/api/v1/password-reset/confirm', { token, password: 'yet another horse 1' })
    const first = await link()
    await root.ask('POST', `admin/users/${id}/password`, { password: NEW_PASSWORD })
    expect((await reset(first)).status).toBe(400)
    await at.mail()
    const second = await link()
    await root.ask('PATCH', `admin/users/${id}`, { email: 'new@example.net' })
    expect((await reset(second)).status).toBe(400)
    await at.login('alice', NEW_PASSWORD)
  })

  it('notifies the owner of a new password, and the old address of a new one', async () => {
    await root.ask('POST', `admin/users/${id}/password`, { password: NEW_PASSWORD })
    await root.ask('PATCH', `admin/users/${id}`, { email: 'new@example.net' })
    const mails = await at.mail()
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
      [['alice@example.net'], 'Your password was changed'],
      [['alice@example.net'], expect.stringContaining('address')],
    ])
  })

  it('is not sent if the change is refused', async () => {
    const answer = await root.ask('PATCH', `admin/users/${id}`, { email: 'new@example.net', username: 'root' })
    expect(answer.status).toBe(400)
    expect((await root.ask('POST', `admin/users/${id}/password`, { password: 'short' })).status).toBe(400)
    expect(await at.mail()).toEqual([])
    expect(await look(root, id)).toMatchObject({ email: 'alice@example.net' })
  })
})
