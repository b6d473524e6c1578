import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { type MailedApp, PASSWORD, startMailedApp } from '../support/mailed-app.ts'
import { writeRecordingHooks } from '../support/recording-hooks.ts'
import { addAdministrator } from '../support/v1-client.ts'

const newPassword = 'battery staple 7'
const refused = { status: 403, json: { code: 'house_rules' } }

describe.each(databases)('hooks of operations by email, on $name', (database) => {
  const hooks = writeRecordingHooks()
  let at: MailedApp

  beforeAll(async () => {
    at = await startMailedApp(database, { CONFIG_MODULE: hooks.path })
    await addAdministrator(at.app, 'root')
  })
  afterAll(async () => {
    await at.close()
    hooks.remove()
  })
  beforeEach(() => hooks.set({}))

  const called = () => hooks.calls.map(({ hook, event }) => [hook, event.by])
  const mailedToken = async () => (await at.mail()).at(-1)?.token ?? ''

  it('may refuse a new password, which leaves the link valid', async () => {
    await at.register('alice')
    await mailedToken()
    await at.post('/api/v1/password-reset', { email: 'alice@example.net' })
    const token = await mailedToken()
    const confirm = (password: string) => at.post('/api/v1/password-reset/confirm', { token, password })

    hooks.set({ beforePasswordChange: 'refuse' })
    expect(await confirm(newPassword)).toMatchObject(refused)
    expect(called()).toEqual([['beforePasswordChange', 'reset']])
    expect(JSON.stringify(hooks.calls)).not.toMatch(/battery|token/)

    hooks.set({})
    expect((await confirm(newPassword)).status).toBe(200)
    await at.login('alice', newPassword)
  })

  it('may refuse an invited user, who can try again', async () => {
    const root = await at.login('root', 'correct horse 9')
    await at.post('/api/v1/admin/invitations', { email: 'bob@example.net' }, root)
    const token = await mailedToken()
    const accept = () => at.post('/api/v1/invitations/accept', { token, username: 'bob', password: PASSWORD })
    hooks.set({ beforeRegistration: 'refuse' })
    expect(await accept()).toMatchObject(refused)
    expect(hooks.calls).toMatchObject([
      { hook: 'beforeRegistration', event: { by: 'invitation', account: { email: 'bob@example.net' } } },
    ])
    hooks.set({})
    expect((await accept()).status).toBe(200)
    expect(called()).toEqual([
      ['beforeRegistration', 'invitation'],
      ['afterRegistration', undefined],
    ])
  })
})
