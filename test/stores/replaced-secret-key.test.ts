import { afterEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { addTotp, logInWith } from '../support/second-factors.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn, PASSWORD } from '../support/v1-client.ts'

const NEXT = 'the-next-secret-key-for-tests-only-987654321'

describe.each(databases)('after SECRET_KEY is replaced and the former value removed, on $name', (database) => {
  let app: TestApp
  afterEach(() => app.close())

  const keyOf = async (username: string) => {
    const body = { username, password: PASSWORD }
    const { json } = await sendJson(app.url, 'POST', '/auth/token/login/', { body })
    return (json as { auth_token: string }).auth_token
  }
  const mailed = () =>
    app.app.database.read.selectFrom('mail_outbox').select(['id', 'sealed_tokens']).orderBy('id').execute()

  it('second factors, stored keys and waiting mail still work', async () => {
    app = await startTestApp({
      database,
      settings: {
        DJOSER: 'true',
        COMPATIBILITY: 'simplejwt',
        // Nobody listens there: the mail waits.
        MAIL_URL: 'smtp://127.0.0.1:9',
        PUBLIC_URL: 'https://auth.example.org',
      },
    })
    for (const name of ['ann', 'bob']) await addAccount(app, name, { email: `${name}@example.net` })
    const phone = await addTotp(app, (await logIn(app, 'ann')).access_token)
    const key = await keyOf('bob')
    const asked = await sendJson(app.url, 'POST', '/api/v1/password-reset', { body: { email: 'bob@example.net' } })
    expect(asked.status).toBe(202)
    app.clock.advance(1_000)
    await app.app.mailWorker.settle()
    const before = await mailed()
    const secret = before.find(({ sealed_tokens }) => sealed_tokens !== null)
    expect(secret).toBeDefined()

    app = await app.restart({ SECRET_KEY: NEXT, SECRET_KEY_FALLBACKS: TEST_SECRET_KEY })
    await expect.poll(() => app.log.join('')).toContain('stored secrets are encrypted under the current SECRET_KEY')
    const after = (await mailed()).find(({ id }) => id === secret?.id)
    expect(after?.sealed_tokens).toBeTruthy()
    expect(after?.sealed_tokens).not.toBe(secret?.sealed_tokens)
    // A use before the previous value is removed does not bring it back.
    await logInWith(app, 'ann', phone)

    app = await app.restart({ SECRET_KEY_FALLBACKS: '' })
    await logInWith(app, 'ann', phone)
    expect(await keyOf('bob')).toBe(key)
  })

  it('the log does not say that all is encrypted again if a secret cannot be decrypted', async () => {
    app = await startTestApp({ database })
    await addAccount(app, 'ann', { email: 'ann@example.net' })
    await addTotp(app, (await logIn(app, 'ann')).access_token)
    const { data } = await app.app.database.read.selectFrom('factors').select('data').executeTakeFirstOrThrow()
    const broken = data.replace(/("sealed":")[^"]+/, '$1stored under a lost key')
    await app.app.database.inTransaction((tx) => tx.updateTable('factors').set({ data: broken }).execute())
    app = await app.restart({ SECRET_KEY: NEXT, SECRET_KEY_FALLBACKS: TEST_SECRET_KEY })
    await expect.poll(() => app.log.join('')).toContain('can be decrypted neither with SECRET_KEY')
    expect(app.log.join('')).toContain('"unreadable":1')
    expect(app.log.join('')).not.toContain('stored secrets are encrypted under')
  })
})
