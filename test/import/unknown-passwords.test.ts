import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { aCommandLine } from '../support/command-line.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { aRecordedDjango } from '../support/recorded-django.ts'
import { startTestApp } from '../support/test-app.ts'

const MODULE = `
export default {
  hooks: {
    verifyUnknownPassword: ({ account, hash, password }) => {
      if (password === 'down') throw new Error('the old system is down')
      return { verified: account.username === 'odd' && hash === 'crypt$$abc' && password === 'the old password 1' }
    },
  },
}
`

describe.each(databases)('a hash that Latchkey cannot verify, on $name', (database) => {
  it('is verified by the hook at the first login, and replaced by one that Latchkey can verify', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-hook-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const path = join(folder, 'latchkey.config.ts')
    writeFileSync(path, MODULE)
    const app = await startTestApp({ database, settings: { CONFIG_MODULE: path } })
    onTestFinished(() => app.close())
    const line = aCommandLine({ databaseUrl: app.databaseUrl })
    const choices = ['--on-unverifiable-hash', 'keep', '--on-same-name', 'rename', '--on-bad-email', 'clear']
    const { path: from } = aRecordedDjango('null_names')
    expect(await line.run('import', 'django', '--from', from, ...choices)).toMatchObject({ code: 0 })
    const logIn = async (password: string) =>
      (await sendJson(app.url, 'POST', '/api/v1/login', { body: { username: 'odd', password } })).status
    expect([await logIn('a wrong password 1'), await logIn('down')]).toEqual([401, 503])
    expect(await logIn('the old password 1')).toBe(200)
    const without = await app.restart({ CONFIG_MODULE: 'none' })
    const again = await sendJson(without.url, 'POST', '/api/v1/login', {
      body: { username: 'odd', password: 'the old password 1' },
    })
    expect(again.status).toBe(200)
  })
})
