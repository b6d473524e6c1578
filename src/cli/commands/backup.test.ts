import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { anyDatabase, credentials, startSignedInApp } from '../../../test/http/signed-in-app.ts'
import { aCommandLine } from '../../../test/support/command-line.ts'
import { sendJson } from '../../../test/support/http-client.ts'

describe('a backup of a SQLite database', () => {
  async function backedUp() {
    const app = await startSignedInApp({}, anyDatabase)
    const line = aCommandLine({ databaseUrl: app.databaseUrl })
    const file = join(line.workingDirectory, 'latchkey.backup')
    expect(await line.run('backup', file)).toMatchObject({ code: 0, err: '' })
    return { app, line, file, path: app.databaseUrl.slice('sqlite:'.length) }
  }

  it('is one file that only its owner can read, made while the server runs, and reveals nothing of its content', async () => {
    const { app, line, file } = await backedUp()
    onTestFinished(() => app.close())
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const bytes = readFileSync(file)
    expect(bytes.includes('SQLite format 3')).toBe(false)
    expect(bytes.includes('CREATE TABLE')).toBe(false)
    expect(await line.run('backup', file)).toMatchObject({ code: 1, err: expect.stringContaining('exists already') })
  })

  it('creates its folder, which only its owner may open, or says what is wrong with it', async () => {
    const { app, line } = await backedUp()
    onTestFinished(() => app.close())
    const folder = join(line.workingDirectory, 'backups', 'daily')
    expect(await line.run('backup', join(folder, '2026-11-30'))).toMatchObject({ code: 0, err: '' })
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    writeFileSync(join(line.workingDirectory, 'a-file'), '')
    for (const args of [['backup'], ['restore', '--verify']]) {
      const told = await line.run(...args, join(line.workingDirectory, 'a-file', 'x'))
      expect(told).toMatchObject({
        code: 1,
        err: expect.stringContaining('must be a folder that this user may write to'),
      })
    }
  })

  it('is verified by being restored to a temporary place', async () => {
    const { app, line, file } = await backedUp()
    onTestFinished(() => app.close())
    const { code, out } = await line.run('restore', '--verify', '--json', file)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      created_at: expect.any(String),
      accounts: 1,
      sessions: 1,
      signature: 'ES256',
      verifiable_passwords: 1,
      unverifiable_passwords: {},
    })
    const damaged = `${file}.damaged`
    const bytes = readFileSync(file)
    for (const change of [
      (copy: Buffer) => copy.fill(0, copy.length - 100, copy.length - 99),
      (copy: Buffer) => copy.subarray(0, copy.length - 5_000),
      (copy: Buffer) => Buffer.from(copy.toString('latin1').replace('"sqlite"', '"sqlita"'), 'latin1'),
      () => Buffer.from('nothing'),
    ]) {
      writeFileSync(damaged, change(Buffer.from(bytes)))
      expect(await line.run('restore', '--verify', damaged)).toMatchObject({ code: 1, out: '' })
    }
    const stranger = aCommandLine({
      databaseUrl: app.databaseUrl,
      environment: { SECRET_KEY: 'another-secret-key-of-32-bytes-or-more' },
    })
    expect(await stranger.run('restore', '--verify', file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('SECRET_KEY_FALLBACKS'),
    })
  })

  it('is restored over the database: later data is gone, with its log, and all sessions have ended', async () => {
    const { app, line, file, path } = await backedUp()
    await sendJson(app.url, 'POST', '/api/users/', { body: { username: 'later', password: 'correct horse 9' } })
    expect(await line.run('restore', file)).toMatchObject({ code: 1, err: expect.stringContaining('Stop it first') })
    // A killed process leaves its log behind. SQLite would replay it over a file that is simply copied here.
    for (const suffix of ['', '-wal', '-shm']) copyFileSync(path + suffix, `${file}${suffix}.crashed`)
    await app.app.close()
    for (const suffix of ['', '-wal', '-shm']) copyFileSync(`${file}${suffix}.crashed`, path + suffix)

    const restored = await line.run('restore', file)
    expect(restored).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/with 1 account and .*Ended 1 session\./),
    })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(await line.run('users', 'list', '--json')).toMatchObject({ out: expect.stringContaining('"kim"') })
    expect((await line.run('users', 'list', '--json')).out).not.toContain('later')

    const again = await app.restart()
    expect((await sendJson(again.url, 'GET', '/api/users/profile/', { token: app.access })).status).toBe(401)
    expect((await sendJson(again.url, 'POST', '/api/login/', { body: credentials })).status).toBe(200)
    await again.close()
  })
})
