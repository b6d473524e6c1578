import { describe, expect, it } from 'vitest'
import { aReadyCommandLine, jsonOf } from '../../../test/support/command-line.ts'

const PASSWORD = 'copper-lantern-42'

describe('createsuperuser', () => {
  it('asks for name, address and password, and again for an invalid value, with the reason', async () => {
    const cli = await aReadyCommandLine()
    await cli.run('users', 'create', 'anna', '--no-password')
    const made = await cli.talk(
      [
        ['Username: ', ''],
        ['Username: ', 'an na'],
        ['Username: ', 'Anna'],
        ['Username: ', ' root '],
        ['Email address (may be empty): ', 'nonsense'],
        ['Email address (may be empty): ', 'root@EXAMPLE.org'],
        ['Password: ', ''],
        ['Password: ', 'root@example.org'],
        ['Password: ', PASSWORD],
        ['Password (again): ', PASSWORD],
      ],
      'createsuperuser',
    )
    expect(made).toMatchObject({ code: 0, out: 'Created the superuser root (id 2).\n' })
    for (const reason of ['only letters', 'It is taken', 'not an email address', 'cannot be empty', 'too similar']) {
      expect(made.err).toContain(reason)
    }
    expect(made.err).not.toContain(PASSWORD)
    expect(await jsonOf(cli, 'users', 'show', 'root')).toMatchObject({
      email: 'root@example.org',
      is_staff: true,
      is_superuser: true,
    })
  })

  it('asks only for what no option provides, and again for an invalid option', async () => {
    const cli = await aReadyCommandLine()
    const made = await cli.talk(
      [
        ['Username: ', 'root'],
        ['Password: ', PASSWORD],
        ['Password (again): ', PASSWORD],
      ],
      ...['createsuperuser', '--username', 'r o o t', '--email', ''],
    )
    expect(made.code).toBe(0)
  })

  it('asks nothing with --noinput: options first, then the environment, as Django does', async () => {
    const environment = {
      DJANGO_SUPERUSER_USERNAME: 'root',
      DJANGO_SUPERUSER_EMAIL: 'root@example.org',
      DJANGO_SUPERUSER_PASSWORD: PASSWORD,
    }
    const cli = await aReadyCommandLine(undefined, { environment })
    expect((await cli.run('createsuperuser', '--noinput')).code).toBe(0)
    const made = await jsonOf(cli, 'createsuperuser', '--noinput', '--username', 'other', '--email', '')
    expect(made).toMatchObject({ id: 2, username: 'other', email: '', is_superuser: true })
    expect((await cli.run('createsuperuser', '--noinput')).err).toBe('username: It is taken.\n')
  })

  it('leaves the account without a password if --noinput finds none, and says so', async () => {
    const cli = await aReadyCommandLine()
    const made = await cli.run('createsuperuser', '--noinput', '--username', 'root', '--email', 'r@example.org')
    expect(made).toMatchObject({ code: 0, out: expect.stringContaining('no password yet') })
  })

  it('refuses --noinput without name or address, and a password that breaks the rules', async () => {
    const cli = await aReadyCommandLine(undefined, { environment: { DJANGO_SUPERUSER_PASSWORD: 'admin' } })
    expect((await cli.run('createsuperuser', '--noinput')).err).toContain('DJANGO_SUPERUSER_USERNAME')
    const withoutEmail = await cli.run('createsuperuser', '--noinput', '--username', 'root')
    expect(withoutEmail).toMatchObject({ code: 1, err: expect.stringContaining('DJANGO_SUPERUSER_EMAIL') })
    const weak = await cli.run('createsuperuser', '--noinput', '--username', 'root', '--email', '')
    expect(weak).toMatchObject({ code: 1, err: expect.stringContaining('password: It is too short') })
    expect(weak.err).not.toContain('admin')
    expect(await jsonOf(cli, 'users', 'list')).toEqual([])
  })

  it('says what to do if there is no terminal', async () => {
    const cli = await aReadyCommandLine()
    const refused = await cli.run('createsuperuser', '--username', 'root', '--email', '')
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('--noinput') })
  })

  it('has no option for the password, because others can see command lines', async () => {
    const cli = await aReadyCommandLine()
    expect((await cli.run('createsuperuser', '--noinput', '--password', PASSWORD)).code).toBe(2)
  })
})
