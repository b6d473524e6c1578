import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startLoad } from '../support/load.ts'
import { credentials, type SignedInApp, startSignedInApp } from './signed-in-app.ts'

const sqlite = databases.filter(({ name }) => name === 'SQLite')

describe.each(databases)('readiness on $name', (database) => {
  it.each(['accounts', 'sessions', 'audit_events'])(
    'fails while the table %s is missing, and works when it is back',
    async (table) => {
      const app = await startSignedInApp({}, database)
      onTestFinished(() => app.close())
      const rename = (from: string, to: string) =>
        app.app.database.inTransaction((tx) => sql.raw(`alter table ${from} rename to ${to}`).execute(tx))
      const ready = async () => (await sendJson(app.url, 'GET', '/readyz')).status
      await rename(table, 'put_away')
      await expect.poll(ready).toBe(503)
      await rename('put_away', table)
      await expect.poll(ready).toBe(200)
    },
  )
})

describe.each(sqlite)('on $name', (database) => {
  let app: SignedInApp

  beforeEach(async () => {
    app = await startSignedInApp({}, database)
  })
  afterEach(() => app.close())

  /** The disk is full if the file may not get any more pages. */
  const setPages = (pages: number) =>
    app.app.database.inTransaction((tx) => sql.raw(`pragma max_page_count = ${pages}`).execute(tx))
  const ready = async () => (await sendJson(app.url, 'GET', '/readyz')).status
  const register = (username: string) =>
    sendJson(app.url, 'POST', '/api/users/', { body: { username, password: 'copper-lantern-42' } })

  it('a full disk causes 503, nothing is half stored, and everything works once there is room', async () => {
    const kept: string[] = []
    await setPages(1)
    // Eight at once share a commit: if one of them finds the disk full, the commit is undone for all, and each gets an error.
    for (let round = 0; round < 40; round++) {
      const names = Array.from({ length: 8 }, (_, turn) => `user-${round}-${turn}`)
      const answers = await Promise.all(names.map(register))
      for (const [turn, { status, json, headers }] of answers.entries()) {
        expect(status).toBeOneOf([201, 503])
        if (status === 201) kept.push(names[turn] as string)
        else {
          expect(json).toEqual({ detail: 'The service is temporarily unavailable.' })
          expect(headers['retry-after']).toEqual(['5'])
        }
      }
      if (answers.every(({ status }) => status === 503)) break
    }
    expect(await ready()).toBe(503)
    expect(await sendJson(app.url, 'GET', '/api/users/profile/', { token: app.access })).toMatchObject({ status: 200 })

    await setPages(100_000)
    expect(await ready()).toBe(200)
    expect((await register('afterwards')).status).toBe(201)
    for (const username of kept) {
      const body = { username, password: 'copper-lantern-42' }
      expect((await sendJson(app.url, 'POST', '/api/login/', { body })).status).toBe(200)
    }
    const accounts = await app.app.database.read.selectFrom('accounts').select('username').execute()
    expect(accounts.map(({ username }) => username).sort()).toEqual(
      [credentials.username, ...kept, 'afterwards'].sort(),
    )
  })

  it('a disk that fills up under load causes 503 and nothing else, and everything works once there is room', async () => {
    const load = await startLoad(app.url)
    onTestFinished(() => load.stop())
    await load.until('right', 100)
    await setPages(1)
    await load.until('unavailable', 50)
    expect(await ready()).toBe(503)
    const profile = () => sendJson(app.url, 'GET', '/api/users/profile/', { token: app.access })
    expect((await Promise.all(Array.from({ length: 8 }, profile))).map(({ status }) => status)).toEqual(
      Array(8).fill(200),
    )
    await setPages(100_000)
    await load.until('right', 200)
    load.counts()
    await load.until('right', 100)
    expect(load.counts().unavailable).toBe(0)
    expect(load.faults).toEqual([])
    expect(await ready()).toBe(200)
  })

  it('a database file that was moved away is detected, and nothing more is confirmed', async () => {
    const path = app.databaseUrl.slice('sqlite:'.length)
    const elsewhere = mkdtempSync(join(dirname(path), 'moved-'))
    expect(await ready()).toBe(200)
    renameSync(path, join(elsewhere, 'moved.sqlite3'))
    expect((await register('lost')).status).toBe(503)
    await expect.poll(ready).toBe(503)
    expect(app.log.join('')).toContain('was deleted or moved away while the server was running')
    renameSync(join(elsewhere, 'moved.sqlite3'), path)
    rmSync(elsewhere, { recursive: true })
    expect(await ready()).toBe(200)
  })
})
