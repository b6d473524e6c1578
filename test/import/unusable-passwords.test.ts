import { describe, expect, it, onTestFinished } from 'vitest'
import { aCommandLine } from '../support/command-line.ts'
import { databases } from '../support/databases.ts'
import { startMailedApp } from '../support/mailed-app.ts'
import { aRecordedDjango } from '../support/recorded-django.ts'

const frontEnd = {
  DJOSER: 'true',
  PASSWORD_RESET_CONFIRM_URL: 'reset/{uid}/{token}',
  EMAIL_FRONTEND_DOMAIN: 'app.example.com',
}

describe.each(databases)('an imported account without a usable password, on $name', (database) => {
  it.each([
    ['keep', 0, '/api/v1/password-reset'],
    ['allow-reset', 1, '/api/v1/password-reset'],
    ['keep', 0, '/auth/users/reset_password/'],
    ['allow-reset', 1, '/auth/users/reset_password/'],
  ])('with --unusable-passwords %s gets %d emails to reset it through %s', async (choice, mails, resetPath) => {
    const at = await startMailedApp(database, frontEnd)
    onTestFinished(() => at.close())
    const line = aCommandLine({ databaseUrl: at.app.databaseUrl })
    const { path } = aRecordedDjango('auth_user')
    const options = ['--unusable-passwords', choice, '--on-unverifiable-hash', 'keep']
    expect(await line.run('import', 'django', '--from', path, ...options)).toMatchObject({ code: 0 })
    for (const email of ['social@example.org', 'root@example.org']) await at.post(resetPath, { email })
    expect((await at.mail()).flatMap(({ to }) => to)).toHaveLength(mails + 1)
  })
})
