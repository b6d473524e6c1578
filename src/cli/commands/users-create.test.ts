import { describe, expect, it } from 'vitest'
import { aReadyCommandLine, jsonOf } from '../../../test/support/command-line.ts'

const PASSWORD = 'copper-lantern-42'

describe('users create', () => {
  it('reads the password from the first line of standard input, and shows neither it nor its hash', async () => {
    const cli = await aReadyCommandLine()
    const made = await cli.pipe(`${PASSWORD}\r\nnot this\n`, 'users', 'create', 'anna', '--stdin', '--staff', '--json')
    expect(made).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(made.out)).toMatchObject({ id: 1, username: 'anna', is_staff: true, is_superuser: false })
    expect(made.out + (await cli.run('users', 'show', 'anna', '--json')).out).not.toMatch(/argon2|copper/)
  })

  it('asks for the password twice, and again until it is valid, and never shows it', async () => {
    const cli = await aReadyCommandLine()
    const made = await cli.talk(
      [
        ['Password: ', 'short'],
        ['Password: ', PASSWORD],
        ['Password (again): ', 'something else'],
        ['Password: ', PASSWORD],
        ['Password (again): ', PASSWORD],
      ],
      ...['users', 'create', 'anna'],
    )
    expect(made).toMatchObject({ code: 0, out: 'Created anna (id 1).\n' })
    expect(made.err).toContain('It is too short. Use at least 8 characters.')
    expect(made.err).toContain('The passwords do not match.')
    expect(made.err).not.toMatch(/short\b(?!\.)|something|copper/)
  })

  it.each([['\u0003'], ['\u0004']])('creates nothing if the answer is %j', async (key) => {
    const cli = await aReadyCommandLine()
    const refused = await cli.talk([['Password: ', key]], 'users', 'create', 'anna')
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('Cancelled') })
    expect(await jsonOf(cli, 'users', 'list')).toEqual([])
  })

  it('makes superusers staff as well', async () => {
    const cli = await aReadyCommandLine()
    await cli.run('users', 'create', 'root', '--superuser', '--no-password')
    expect(await jsonOf(cli, 'users', 'show', 'root')).toMatchObject({ is_staff: true, is_superuser: true })
  })

  it('sets the language of emails to one of those that exist', async () => {
    const cli = await aReadyCommandLine()
    await cli.run('users', 'create', 'anna', '--no-password', '--locale', 'de')
    expect(await jsonOf(cli, 'users', 'show', 'anna')).toMatchObject({ locale: 'de' })
    expect((await cli.run('users', 'show', 'anna')).out).toMatch(/^language +de$/m)
    const refused = { code: 2, err: expect.stringContaining('Allowed choices are en, de') }
    expect(await cli.run('users', 'create', 'ben', '--no-password', '--locale', 'fr')).toMatchObject(refused)
  })

  it('reports everything that is wrong with name and address, before it asks for a password', async () => {
    const cli = await aReadyCommandLine()
    const refused = await cli.talk([], 'users', 'create', 'an na', '--email', 'nonsense')
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toContain('username: It may contain only letters, digits')
    expect(refused.err).toContain('email: It is not an email address.')
  })

  it.each([
    ['12345678901', 'digits only'],
    ['password1', 'most common passwords'],
    ['lanternmaker1', 'too similar to the username'],
    ['   ', 'cannot be empty'],
    ['', 'Standard input is empty'],
    ['with\0null-character', 'null character'],
  ])('refuses the password %j and creates nothing', async (password, reason) => {
    const cli = await aReadyCommandLine()
    const refused = await cli.pipe(password, 'users', 'create', 'lanternmaker', '--stdin')
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining(reason) })
    expect(await jsonOf(cli, 'users', 'list')).toEqual([])
  })

  it('refuses input that is not a line of text', async () => {
    const cli = await aReadyCommandLine()
    const refusals = [
      [Buffer.from([0xff, 0xfe, 0x61]), 'not UTF-8 text'],
      ['x'.repeat(70_000), 'too long'],
    ] as const
    for (const [input, reason] of refusals) {
      const refused = await cli.pipe(input, 'users', 'create', 'anna', '--stdin')
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(reason) })
    }
  })

  it('refuses a name that is taken, in another case too', async () => {
    const cli = await aReadyCommandLine()
    await cli.run('users', 'create', 'anna', '--no-password')
    const refused = { code: 1, err: 'username: It is taken.\n' }
    expect(await cli.run('users', 'create', 'ANNA', '--no-password')).toMatchObject(refused)
  })

  it('says how to pass a password if there is no terminal, and accepts only one way', async () => {
    const cli = await aReadyCommandLine()
    const refused = { code: 1, err: expect.stringContaining('--stdin, or use --no-password') }
    expect(await cli.run('users', 'create', 'anna')).toMatchObject(refused)
    expect((await cli.run('users', 'create', 'anna', '--stdin', '--no-password')).code).toBe(2)
    expect((await cli.talk([], 'users', 'create', 'anna', '--stdin')).err).toContain(
      'Leave it out to type the password',
    )
  })
})
