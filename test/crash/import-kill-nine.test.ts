import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { codeCache } from '../support/code-cache.ts'
import { aReadyCommandLine, jsonOf } from '../support/command-line.ts'
import { databases } from '../support/databases.ts'
import { aRecordedDjango } from '../support/recorded-django.ts'
import { TEST_SECRET_KEY } from '../support/test-app.ts'

const main = join(import.meta.dirname, '../../dist/cli/main.js')
const ADDED = 2_500
const options = ['--on-unverifiable-hash', 'keep']

const ADD_USERS = `
  with recursive n(i) as (select 1000 union all select i + 1 from n where i < ${999 + ADDED})
  insert into auth_user (id, password, is_superuser, username, last_name, email, is_staff, is_active, date_joined, first_name)
    select i, password, 0, 'user' || i, '', '', 0, 1, date_joined, '' from n, auth_user where username = 'anna';
  insert into auth_user_groups (user_id, group_id) select id, 1 from auth_user where id >= 1000;`

describe.each(databases)('an import that is killed on $name', (database) => {
  it('loses nothing and duplicates nothing when it runs again', async () => {
    const django = aRecordedDjango('auth_user')
    django.run(ADD_USERS)
    const line = await aReadyCommandLine(database)
    const url = line.databaseUrl ?? expect.fail()
    const watched = openDatabase(url)
    onTestFinished(() => watched.close())
    const count = async (table: 'accounts' | 'passwords' | 'imported_rows' | 'account_groups', where = '') => {
      const query = watched.read.selectFrom(table).select((one) => one.fn.countAll<number>().as('count'))
      const [row] = await (where === '' ? query : query.where('first_name' as never, '=', where as never)).execute()
      return Number(row?.count)
    }

    /** Starts an import, and kills it as soon as `hasBegun`. */
    async function importAndKill(hasBegun: () => Promise<boolean>): Promise<void> {
      const killed = spawn(process.execPath, [main, 'import', 'django', '--from', django.path, ...options], {
        cwd: line.workingDirectory,
        env: { ...codeCache, SECRET_KEY: TEST_SECRET_KEY, DATABASE_URL: url },
        stdio: 'ignore',
      })
      const ended = once(killed, 'exit')
      while (killed.exitCode === null && !(await hasBegun())) await pause(3)
      killed.kill('SIGKILL')
      await ended
    }

    await importAndKill(async () => (await count('accounts')) >= 1_000)
    const part = await count('accounts')
    expect(part).toBeLessThan(ADDED)
    // Everything that was imported is complete.
    expect([await count('passwords'), await count('account_groups')]).toEqual([part, part - 6])
    const resumed = await jsonOf(line, 'import', 'django', '--from', django.path, ...options)
    expect(resumed.accounts).toMatchObject({ created: ADDED + 7 - part, unchanged: part, updated: 0, deleted: 0 })
    expect(resumed.raced).toEqual([])
    const whole = ADDED + 7
    expect([await count('accounts'), await count('passwords')]).toEqual([whole, whole])
    expect(await count('account_groups')).toBe(ADDED + 1)

    django.run(`update auth_user set first_name = 'Changed' where id >= 1000; delete from auth_user where id = 1001`)
    await importAndKill(async () => (await count('accounts', 'Changed')) >= 1_000)
    const changed = await count('accounts', 'Changed')
    expect(changed).toBeLessThan(ADDED)
    // Accounts that are gone there are deleted first, so that others may have their names.
    expect(await count('accounts')).toBe(whole - 1)
    const again = await jsonOf(line, 'import', 'django', '--from', django.path, ...options)
    expect(again.accounts).toMatchObject({ created: 0, updated: ADDED - 1 - changed, deleted: 0, kept: {} })
    expect([await count('accounts', 'Changed'), await count('accounts')]).toEqual([ADDED - 1, whole - 1])
  }, 120_000)
})
