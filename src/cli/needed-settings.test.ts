import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { anyDatabase } from '../../test/http/signed-in-app.ts'
import { aCommandLine } from '../../test/support/command-line.ts'

describe('a command', () => {
  async function onMigratedDatabase(environment: Record<string, string>) {
    const place = await anyDatabase.create()
    onTestFinished(() => place.drop())
    expect((await aCommandLine({ databaseUrl: place.url }).run('migrate')).code).toBe(0)
    return aCommandLine({ databaseUrl: place.url, environment })
  }

  it('runs although settings that it does not need are invalid', async () => {
    const faulty = {
      METRICS_TOKEN: 'short',
      LIMIT_LOGIN_PER_ADDRESS: 'x',
      HOOK_TIMEOUT: 'x',
      CONFIG_MODULE: '/nonexistent.ts',
      BREACHED_PASSWORDS: '/nonexistent.filter',
      WEBHOOK_ALLOW_PRIVATE: 'perhaps',
      PORT: 'x',
      MAIL_URL: 'x',
    }
    const line = await onMigratedDatabase(faulty)
    for (const command of [['users', 'list'], ['keys', 'list'], ['flushexpiredtokens']]) {
      expect({ command, ...(await line.run(...command)) }).toMatchObject({ command, err: '', code: 0 })
    }
  })

  it('refuses to run if a setting that it needs is invalid, and names it', async () => {
    const line = await onMigratedDatabase({ MAIL_URL: 'x', METRICS_TOKEN: 'short', LIMIT_LOGIN_PER_ADDRESS: 'x' })
    const { code, err } = await line.run('users', 'deactivate', 'ann')
    expect(code).toBe(1)
    expect(err).toContain('MAIL_URL')
    expect(err).not.toMatch(/METRICS_TOKEN|LIMIT_LOGIN/)
  })

  it('reads the file that --env-file names, and says where it has looked', async () => {
    const line = aCommandLine({ environment: { DATABASE_URL: undefined } })
    const place = await anyDatabase.create()
    onTestFinished(() => place.drop())
    const file = join(line.workingDirectory, 'latchkey.env')
    writeFileSync(file, `DATABASE_URL=${place.url}\n`)
    expect(await line.run('--env-file', file, 'migrate')).toMatchObject({ code: 0 })
    expect(await line.run('users', 'list', '--env-file', file)).toMatchObject({ code: 0, err: '' })
    const { err } = await line.run('users', 'list')
    expect(err).toContain(`Settings come from the environment and from ${join(line.workingDirectory, '.env')}`)
    expect(await line.run('--env-file', '/nonexistent', 'users', 'list')).toMatchObject({
      code: 1,
      err: expect.stringContaining('--env-file: there is no file /nonexistent. Correct the path.'),
    })
  })
})
