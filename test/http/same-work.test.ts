import * as argon2 from '@node-rs/argon2'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { findAccountByUsername } from '../../src/accounts/account-store.ts'
import { removePasswordHashes } from '../../src/passwords/password-store.ts'
import { NodeSqliteAdapter } from '../../src/storage/node-sqlite.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { credentials, type SignedInApp, startSignedInApp } from './signed-in-app.ts'

// Counted, not timed: a clock would measure this machine.
vi.mock(import('@node-rs/argon2'), { spy: true })
const work = vi.mocked(argon2.hashRaw)

const LOGIN_PATHS = ['/api/v1/login', '/api/login/', '/api/token/', '/token/', '/api/users/authentication/']

describe.each(databases)('a refused login on $name', (database) => {
  let app: SignedInApp

  beforeAll(async () => {
    app = await startSignedInApp({}, database)
    await sendJson(app.url, 'POST', '/api/users/', { body: { ...credentials, username: 'inactive' } })
    await app.administer('deactivate', 'inactive')
    await sendJson(app.url, 'POST', '/api/users/', { body: { ...credentials, username: 'deleted' } })
    await app.administer('delete', 'deleted')
    await sendJson(app.url, 'POST', '/api/users/', { body: { ...credentials, username: 'reset' } })
    // As a forced reset leaves an account: without a password.
    await app.app.database.inTransaction(async (tx) => {
      const account = await findAccountByUsername(tx, 'reset', 'folded')
      await removePasswordHashes(tx, [account?.id ?? 0])
    })
  })
  afterAll(() => app.close())

  /** What is read about accounts from now on. What the server asks in the background is about other things. */
  function watchReads(): () => string[] {
    const executor = app.app.database.read.getExecutor()
    const runner = executor.adapter instanceof NodeSqliteAdapter ? executor.adapter.connection : executor
    const asked = vi.spyOn(runner, 'executeQuery')
    return () => {
      const questions = asked.mock.calls.map(([{ sql }]) => sql)
      asked.mockRestore()
      return questions.filter((sql) => /^select .* from "(accounts|passwords|known_networks)"/s.test(sql))
    }
  }

  /** Everything about a login that is visible from outside, and the reading and hashing it took. */
  async function attempt(path: string, username: string, password: string) {
    work.mockClear()
    const reads = watchReads()
    const { status, headers, text } = await sendJson(app.url, 'POST', path, { body: { username, password } })
    const { date: _, 'x-request-id': __, ...rest } = headers
    return { status, headers: rest, text, reads: reads(), costs: work.mock.calls.map(([, options]) => options) }
  }

  // CVE-2024-39329 and CVE-2025-13473 Django, CVE-2026-23849 and CVE-2026-54092 File Browser.
  it.each(LOGIN_PATHS)('reveals nothing and costs the same, whatever the reason: %s', async (path) => {
    const wrong = await attempt(path, 'kim', 'wrong')
    expect(wrong.reads).toHaveLength(1)
    expect(wrong).toMatchObject({ status: 401, costs: [{ memoryCost: 64, timeCost: 1 }] })
    const { salt: _, ...cost } = wrong.costs[0] ?? {}
    const same = { ...wrong, costs: [expect.objectContaining(cost)] }
    expect(await attempt(path, 'nobody', 'wrong')).toEqual(same)
    expect(await attempt(path, 'nobody\u00a0', credentials.password)).toEqual(same)
    expect(await attempt(path, 'deleted', credentials.password)).toEqual(same)
    expect(await attempt(path, 'inactive', 'wrong')).toEqual(same)
    expect(await attempt(path, 'inactive', credentials.password)).toEqual(same)
    expect(await attempt(path, 'reset', credentials.password)).toEqual(same)
    expect(await attempt(path, 'kim@example.org', credentials.password)).toEqual(same)
    expect(await attempt(path, 'n'.repeat(10_000), 'wrong')).toEqual(same)
  })

  it('counts a password to its last character, however long it and the name are', async () => {
    const username = 'long'.repeat(37)
    const password = `${'x1'.repeat(60)}y`
    const body = { username, password }
    expect(await sendJson(app.url, 'POST', '/api/users/', { body })).toMatchObject({ status: 201 })
    const statuses = [password, `${password.slice(0, -1)}z`, password.slice(0, 72), `${password}y`, `${password} `]
    expect(
      await Promise.all(statuses.map(async (one) => (await attempt('/api/login/', username, one)).status)),
    ).toEqual([200, 401, 401, 401, 401])
  })

  it('costs nothing if no password was sent', async () => {
    work.mockClear()
    for (const body of [
      {},
      { username: 'kim' },
      { username: 'kim', password: '' },
      { username: 'kim', password: 'a\0' },
    ]) {
      expect(await sendJson(app.url, 'POST', '/api/login/', { body })).toMatchObject({ status: 400 })
    }
    expect(work).not.toHaveBeenCalled()
  })
})
