import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aCommandLine } from '../../../test/support/command-line.ts'
import { startSmtpServer, type TestSmtpServer } from '../../../test/support/smtp-server.ts'

describe('mail test', () => {
  let smtp: TestSmtpServer
  beforeEach(async () => {
    smtp = await startSmtpServer({})
  })
  afterEach(() => smtp.close())

  const aCli = (environment: Record<string, string> = {}) =>
    aCommandLine({
      environment: {
        MAIL_URL: `smtp://127.0.0.1:${smtp.port}`,
        PUBLIC_URL: 'https://auth.example.org',
        ...environment,
      },
    })

  it('sends an email at once, without a database, and says so', async () => {
    const { code, out, err } = await aCli().run('mail', 'test', 'ops@example.org')
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('accepted an email from no-reply@auth.example.org to ops@example.org')
    expect(smtp.mails).toMatchObject([{ to: ['ops@example.org'] }])
    expect(smtp.mails[0]?.source).toContain('Subject: Test email from auth.example.org')
  })

  it('greets the server with the host of PUBLIC_URL', async () => {
    await aCli().run('mail', 'test', 'ops@example.org')
    expect(smtp.greetings).toEqual(['auth.example.org'])
  })

  it('says what is wrong if no server answers', async () => {
    const run = await aCli({ MAIL_URL: 'smtp://127.0.0.1:1' }).run('mail', 'test', 'ops@example.org')
    expect(run).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/ECONNREFUSED.*Check host, port/) })
  })

  it('says what is wrong with the recipient', async () => {
    const run = await aCli().run('mail', 'test', 'not an address')
    expect(run).toMatchObject({ code: 1, out: '', err: expect.stringContaining('refused this email') })
    expect(smtp.mails).toEqual([])
  })

  it('says that mail is off', async () => {
    const run = await aCli({ MAIL_URL: 'none' }).run('mail', 'test', 'ops@example.org')
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining('MAIL_URL is not set') })
  })
})
