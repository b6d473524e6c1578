import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCommandLine } from '../../../test/support/command-line.ts'
import { databases } from '../../../test/support/databases.ts'
import { sendJson } from '../../../test/support/http-client.ts'
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts'

const OLD = 'copper-lantern-42'
const NEW = 'silver-lantern-43'

describe.each(databases)('changepassword on $name', (database) => {
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp({ database, settings: { TRIM_PASSWORDS: 'true' } })
  })
  afterAll(() => app.close())

  const logIn = (username: string, password: string) =>
    sendJson(app.url, 'POST', '/api/login/', { body: { username, password } })

  const aMember = async (username: string) => {
    const cli = aCommandLine({ databaseUrl: app.databaseUrl, environment: { TRIM_PASSWORDS: 'true' } })
    await cli.pipe(OLD, 'users', 'create', username, '--stdin')
    return { cli, answer: await logIn(username, OLD) }
  }

  it('sets the password from standard input, and ends all sessions of the account at once', async () => {
    const { cli, answer } = await aMember('anna')
    const changed = await cli.pipe(`${NEW}\n`, 'changepassword', 'ANNA', '--stdin')
    expect(changed).toMatchObject({ code: 0, err: '' })
    const token = (answer.json as { access: string }).access
    expect((await sendJson(app.url, 'GET', '/api/users/profile/', { token })).status).toBe(401)
    expect((await logIn('anna', OLD)).status).toBe(401)
    expect((await logIn('anna', NEW)).status).toBe(200)
  })

  it('asks twice in a terminal, and accepts what a login will accept', async () => {
    const { cli } = await aMember('bert')
    const changed = await cli.talk(
      [
        ['Password: ', 'bert'],
        ['Password: ', `  ${NEW} `],
        ['Password (again): ', `  ${NEW} `],
      ],
      ...['changepassword', 'bert'],
    )
    expect(changed).toMatchObject({ code: 0, err: expect.stringContaining('too short') })
    expect((await logIn('bert', NEW)).status).toBe(200)
  })

  it('changes nothing if the password breaks the rules, the account is unknown, or there is no terminal', async () => {
    const { cli } = await aMember('carla')
    expect((await cli.pipe('12345678', 'changepassword', 'carla', '--stdin')).err).toContain('most common passwords')
    expect((await cli.run('changepassword', 'carla')).err).toContain('--stdin')
    expect((await cli.pipe(NEW, 'changepassword', 'nobody', '--stdin')).err).toContain('no account called nobody')
    expect((await logIn('carla', OLD)).status).toBe(200)
  })
})
