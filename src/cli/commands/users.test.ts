import { describe, expect, it } from 'vitest'
import { blankAccount } from '../../../test/support/blank-account.ts'
import { aCommandLine, aReadyCommandLine, jsonOf } from '../../../test/support/command-line.ts'
import { databases } from '../../../test/support/databases.ts'
import { createAccount } from '../../accounts/account-store.ts'
import { listEvents } from '../../audit/event-search-store.ts'
import { openDatabase } from '../../storage/database.ts'

/** Adds accounts that have only a name, all in one transaction. */
async function addAccounts(databaseUrl: string, usernames: readonly string[]): Promise<void> {
  const database = openDatabase(databaseUrl)
  await database.inTransaction(async (tx) => {
    for (const username of usernames)
      await createAccount(tx, { ...blankAccount, username }, 'folded', 1_900_000_000_000)
  })
  await database.close()
}

describe.each(databases)('users on $name', (database) => {
  it('lists no accounts as headings alone, and as an empty array', async () => {
    const cli = await aReadyCommandLine(database)
    expect((await cli.run('users', 'list')).out).toBe('ID  USERNAME  EMAIL  STATE  RIGHTS  LAST LOGIN  JOINED\n')
    expect(await jsonOf(cli, 'users', 'list')).toEqual([])
  })

  it('lines up the columns of the list', async () => {
    const cli = await aReadyCommandLine(database)
    await cli.run('users', 'create', 'anna', '--email', 'anna@example.org', '--no-password')
    await cli.run('users', 'create', 'bartholomew', '--superuser', '--no-password')
    const { out } = await cli.run('users', 'list')
    expect(out.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, '(time)')).toBe(
      [
        'ID  USERNAME     EMAIL             STATE   RIGHTS     LAST LOGIN  JOINED',
        '1   anna         anna@example.org  active                         (time)',
        '2   bartholomew                    active  superuser              (time)',
        '',
      ].join('\n'),
    )
  })

  it('lists all pages, in the order of the ids', async () => {
    const cli = await aReadyCommandLine(database)
    const names = Array.from({ length: 501 }, (_, index) => `user${index}`)
    await addAccounts(cli.databaseUrl ?? '', names)
    const listed: { id: number; username: string }[] = await jsonOf(cli, 'users', 'list')
    expect(listed.map(({ username }) => username).sort()).toEqual(names.sort())
    expect(listed.map(({ id }) => id)).toEqual(listed.map(({ id }) => id).sort((a, b) => a - b))
    expect((await cli.run('users', 'list')).out.trimEnd().split('\n')).toHaveLength(502)
  })

  it('shows one account', async () => {
    const cli = await aReadyCommandLine(database)
    await cli.run('users', 'create', 'root', '--superuser', '--email', 'r@EXAMPLE.org', '--no-password')
    expect(await jsonOf(cli, 'users', 'show', 'ROOT')).toEqual({
      id: 1,
      uid: '1',
      username: 'root',
      email: 'r@example.org',
      phone_number: '',
      first_name: '',
      last_name: '',
      locale: null,
      is_active: true,
      is_staff: true,
      is_superuser: true,
      groups: [],
      date_joined: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      last_login: null,
      sessions: 0,
    })
    const { out } = await cli.run('users', 'show', 'root')
    expect(out).toMatch(/^username {6}root$/m)
    expect(out).toMatch(/^rights {8}superuser$/m)
  })

  it('deactivates and activates, and says if nothing had to change', async () => {
    const cli = await aReadyCommandLine(database)
    await cli.run('users', 'create', 'anna', '--no-password')
    expect(await cli.run('users', 'deactivate', 'Anna')).toEqual({
      code: 0,
      out: 'anna is now deactivated.\n',
      err: '',
    })
    expect(await jsonOf(cli, 'users', 'show', 'anna')).toMatchObject({ is_active: false })
    expect(await cli.run('users', 'deactivate', 'anna')).toMatchObject({ out: 'anna was already deactivated.\n' })
    expect(await jsonOf(cli, 'users', 'activate', 'anna')).toEqual({ username: 'anna', changed: true })
    expect(await jsonOf(cli, 'users', 'activate', 'anna')).toEqual({ username: 'anna', changed: false })
    expect(await jsonOf(cli, 'users', 'show', 'anna')).toMatchObject({ is_active: true })
  })

  it('deletes without a question if there is no terminal, and never reuses an id', async () => {
    const cli = await aReadyCommandLine(database)
    await cli.run('users', 'create', 'anna', '--no-password')
    expect(await cli.run('users', 'delete', 'anna')).toEqual({ code: 0, out: 'anna has been deleted.\n', err: '' })
    await cli.run('users', 'create', 'bert', '--no-password')
    expect(await jsonOf(cli, 'users', 'list')).toMatchObject([{ id: 2, username: 'bert' }])
  })

  it('finds names by the rule of the database, not by that of its own settings', async () => {
    const cli = await aReadyCommandLine(database)
    await cli.run('users', 'create', 'anna', '--no-password')
    const exact = aCommandLine({ databaseUrl: cli.databaseUrl, environment: { COMPATIBILITY: 'simplejwt' } })
    expect((await exact.run('users', 'deactivate', 'ANNA')).code).toBe(0)
    expect((await exact.run('users', 'create', 'Anna', '--no-password')).code).toBe(1)
    await exact.run('migrate')
    expect((await cli.run('users', 'show', 'ANNA')).code).toBe(1)
    expect((await cli.run('users', 'create', 'Anna', '--no-password')).code).toBe(0)
    expect(await cli.run('migrate')).toMatchObject({ code: 1, err: expect.stringContaining('"anna" and "Anna"') })
  })
})

describe('users', () => {
  it.each(['show', 'activate', 'deactivate', 'delete'])(
    'refuses to %s an account that does not exist',
    async (verb) => {
      const cli = await aReadyCommandLine()
      const refused = { code: 1, out: '', err: 'There is no account called nobody.\n' }
      expect(await cli.run('users', verb, 'nobody')).toEqual(refused)
      expect(await cli.talk([], 'users', verb, 'nobody')).toEqual(refused)
    },
  )

  it('asks in a terminal before it deletes, and deletes nothing unless the answer is yes', async () => {
    const cli = await aReadyCommandLine()
    await cli.run('users', 'create', 'anna', '--no-password')
    for (const answer of ['n', '', 'q']) {
      const refused = await cli.talk([['[y/N] ', answer]], 'users', 'delete', 'anna')
      expect(refused).toMatchObject({ code: 1, out: '' })
      expect(refused.err).toContain('Delete anna (id 1)')
    }
    expect(await jsonOf(cli, 'users', 'list')).toHaveLength(1)
    expect((await cli.talk([['[y/N] ', 'y']], 'users', 'delete', 'anna')).code).toBe(0)
    expect(await jsonOf(cli, 'users', 'list')).toEqual([])
  })

  it('deletes without a question with --yes', async () => {
    const cli = await aReadyCommandLine()
    await cli.run('users', 'create', 'anna', '--no-password')
    expect((await cli.talk([], 'users', 'delete', 'anna', '--yes')).code).toBe(0)
  })

  it('accepts a name that looks like an option after --', async () => {
    const cli = await aReadyCommandLine()
    expect((await cli.run('users', 'create', '--no-password', '--', '-anna')).code).toBe(0)
    expect((await cli.run('users', 'delete', '-anna')).code).toBe(2)
    expect((await cli.run('users', 'delete', '--', '-anna')).code).toBe(0)
  })

  it('prints nothing that would move the cursor of a terminal', async () => {
    const cli = await aReadyCommandLine()
    const { err } = await cli.run('users', 'show', 'a\u001b[2Jb\u202e')
    expect(err).toBe('There is no account called a\ufffd[2Jb\ufffd.\n')
  })
})

describe('rights and finding people', () => {
  it('promotes and demotes, says if nothing had to change, and records the actor', async () => {
    const cli = await aReadyCommandLine()
    await cli.run('users', 'create', 'anna', '--no-password')
    expect((await cli.run('users', 'promote', 'anna', '--staff')).out).toBe('anna is now staff.\n')
    expect((await cli.run('users', 'promote', 'anna')).out).toBe('anna is now a superuser.\n')
    expect((await cli.run('users', 'promote', 'anna')).out).toBe('anna was already a superuser.\n')
    expect(await jsonOf(cli, 'users', 'show', 'anna')).toMatchObject({ is_staff: true, is_superuser: true })
    expect((await cli.run('users', 'demote', 'anna', '--superuser')).out).toBe('anna is no longer a superuser.\n')
    expect(await jsonOf(cli, 'users', 'show', 'anna')).toMatchObject({ is_staff: true, is_superuser: false })
    expect((await cli.run('users', 'demote', 'anna')).code).toBe(0)
    expect(await jsonOf(cli, 'users', 'show', 'anna')).toMatchObject({ is_staff: false, is_superuser: false })
    expect(await cli.run('users', 'promote', 'nobody')).toMatchObject({ code: 1 })
  })

  it('finds accounts by parts of name and address, and by their state', async () => {
    const cli = await aReadyCommandLine()
    await cli.run('users', 'create', 'anna', '--no-password', '--email', 'anna@example.org')
    await cli.run('users', 'create', 'hannah', '--no-password', '--staff')
    await cli.run('users', 'create', 'bob', '--no-password', '--email', 'bob@example.org')
    const names = async (...words: string[]) =>
      (await jsonOf(cli, 'users', 'find', ...words)).map(({ username }: { username: string }) => username)
    expect(await names('NN')).toEqual(['anna', 'hannah'])
    expect(await names('example.org')).toEqual(['anna', 'bob'])
    expect(await names('nn', 'example')).toEqual(['anna'])
    expect(await names('nn', '--staff')).toEqual(['hannah'])
    expect(await names('nobody at all')).toEqual([])
  })

  it('mails no reset link if there is no address or no mail server', async () => {
    const cli = await aReadyCommandLine()
    await cli.run('users', 'create', 'anna', '--no-password')
    expect(await cli.run('users', 'reset', 'anna')).toMatchObject({ code: 1, out: '' })
  })

  it('records that a superuser was created', async () => {
    const cli = await aReadyCommandLine()
    await cli.run('users', 'create', 'root', '--superuser', '--no-password')
    const database = openDatabase(cli.databaseUrl ?? '')
    const { events } = await listEvents(database.read, { limit: 10 })
    await database.close()
    expect(events.map(({ event }) => event)).toEqual(['account.rights_changed', 'account.created'])
    expect(events[0]).toMatchObject({
      facts: { isStaff: true, isSuperuser: true },
      origin: { actor: 'command_line' },
    })
  })
})
