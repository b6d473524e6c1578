import { describe, expect, it } from 'vitest'
import { aReadyCommandLine, jsonOf } from '../../../test/support/command-line.ts'
import { databases } from '../../../test/support/databases.ts'

describe.each(databases)('groups on $name', (database) => {
  it('are created, changed, filled, emptied and deleted', async () => {
    const cli = await aReadyCommandLine(database)
    await cli.pipe('copper-lantern-42', 'users', 'create', 'anna', '--stdin')
    const created = await jsonOf(cli, 'groups', 'create', 'Support', '--permissions', 'accounts.view, sessions.view')
    expect(created).toMatchObject({ name: 'Support', permissions: ['accounts.view', 'sessions.view'] })
    expect(await jsonOf(cli, 'groups', 'add', 'support', 'anna')).toEqual({ username: 'anna', changed: true })
    expect(await jsonOf(cli, 'groups', 'add', 'Support', 'anna')).toEqual({ username: 'anna', changed: false })
    expect(await jsonOf(cli, 'users', 'show', 'anna')).toMatchObject({ groups: ['Support'] })
    const changed = await jsonOf(cli, 'groups', 'change', 'SUPPORT', '--name', 'Help', '--permissions', '')
    expect(changed).toMatchObject({ name: 'Help', permissions: [] })
    expect(await jsonOf(cli, 'groups', 'list')).toEqual([changed])
    expect((await cli.run('groups', 'list')).out).toMatch(/^ID +NAME +PERMISSIONS +DESCRIPTION\n\d+ +Help\s*$/)
    expect(await jsonOf(cli, 'groups', 'remove', 'help', 'anna')).toEqual({ username: 'anna', changed: true })
    expect((await cli.run('groups', 'remove', 'help', 'anna')).out).toBe('anna was not in Help.\n')
    expect(await jsonOf(cli, 'groups', 'delete', 'help')).toEqual({ name: 'Help', changed: true })
    expect(await jsonOf(cli, 'groups', 'list')).toEqual([])
  })

  it('are not changed by a refused command, which says why', async () => {
    const cli = await aReadyCommandLine(database)
    await cli.run('groups', 'create', 'Support')
    const refusals = [
      [['groups', 'create', 'support'], 'name: It is taken.'],
      [['groups', 'create', 'Other', '--permissions', 'no such'], /^permissions.*Write it as app\.codename/],
      [['groups', 'create', 'Other', '--permissions', 'accounts.veiw'], /^permissions.*no such permission/],
      [['groups', 'create', ' '], /^name: It must not be empty/],
      [['groups', 'add', 'Nobody', 'anna'], 'There is no group called Nobody.'],
      [['groups', 'add', 'Support', 'nobody'], 'There is no account called nobody.'],
    ] as const
    for (const [words, message] of refusals) {
      const { code, err } = await cli.run(...words)
      expect([code, err.trim()]).toEqual([1, typeof message === 'string' ? message : expect.stringMatching(message)])
    }
  })
})
