import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAdministrator, logIn, PASSWORD } from '../support/v1-client.ts'

/** One of each kind. */
const unseen = [
  ['a zero-width space', '\u200b'],
  ['a zero-width joiner', '\u200d'],
  ['a byte order mark', '\ufeff'],
  ['a soft hyphen', '\u00ad'],
  ['a mark of the writing direction', '\u200f'],
  ['an override of the writing direction', '\u202e'],
  ['an isolate', '\u2066'],
  ['a line separator', '\u2028'],
  ['a control character', '\u0007'],
  ['a C1 control character', '\u0085'],
  ['a line break', '\n'],
  ['a variation selector', '\ufe0f'],
  ['a supplementary variation selector', '\u{e0101}'],
  ['a tag', '\u{e0041}'],
  ['a Hangul filler', '\u3164'],
  ['a Braille blank', '\u2800'],
  ['a code point that is not assigned', '\u{e0fff}'],
  ['a private code point', '\ue000'],
] as const

const faultsOf = ({ json }: JsonAnswer) =>
  (json as { errors?: { field: string; fault: string }[] }).errors?.map(({ field, fault }) => [field, fault])

describe.each(databases.slice(0, 1))('invisible characters, on $name', (database) => {
  let app: TestApp
  let compatible: TestApp
  let exact: TestApp
  let token: string
  let nth = 0

  beforeAll(async () => {
    app = await startTestApp({ database })
    exact = await startTestApp({ database, settings: { USERNAME_CASE_SENSITIVE: 'true' } })
    compatible = await startTestApp({ database, settings: { COMPATIBILITY: 'simplejwt' } })
    await addAdministrator(app, 'root')
    token = (await logIn(app, 'root')).access_token
  })
  afterAll(() => Promise.all([app.close(), exact.close(), compatible.close()]))

  const post = (path: string, body: object, by = app) =>
    sendJson(by.url, 'POST', path, { body, ...(by === app && { token }) })

  it.each(unseen)('%s is refused by v1 in every name, and never dropped', async (_, character) => {
    const person = { username: `person${++nth}`, password: PASSWORD }
    const hidden = `a${character}b`
    for (const field of ['first_name', 'last_name', 'phone_number']) {
      const answer = await sendJson(app.url, 'POST', '/api/v1/register', { body: { ...person, [field]: hidden } })
      expect([answer.status, faultsOf(answer)]).toEqual([400, [[field, 'invisible_character']]])
      const change = await sendJson(app.url, 'PATCH', '/api/v1/me', { token, body: { [field]: hidden } })
      expect([change.status, faultsOf(change)]).toEqual([400, [[field, 'invisible_character']]])
    }
    for (const by of [app, exact]) {
      const body = { ...person, username: hidden }
      const answer = await sendJson(by.url, 'POST', '/api/v1/register', { body })
      expect(answer.status).toBe(400)
      expect(faultsOf(answer)?.[0]?.[0]).toBe('username')
    }
    for (const email of [`a${character}b@example.org`, `a@exam${character}ple.org`]) {
      const answer = await sendJson(app.url, 'POST', '/api/v1/register', { body: { ...person, email } })
      expect([answer.status, faultsOf(answer)]).toEqual([400, [['email', 'invalid_email']]])
    }
    expect((await post('/api/v1/admin/groups', { name: hidden })).status).toBe(400)
    const webhook = { url: 'http://127.0.0.1:9/', description: hidden, events: ['account.deleted'] }
    expect(faultsOf(await post('/api/v1/admin/webhooks', webhook))).toContainEqual([
      'description',
      'invisible_character',
    ])
    expect((await post('/api/v1/admin/users', { username: person.username, first_name: hidden })).status).toBe(400)
    const renamed = await sendJson(app.url, 'PATCH', '/api/v1/me/factors/1', { token, body: { name: hidden } })
    expect(faultsOf(renamed)).toEqual([['name', 'invisible_character']])
  })

  it.each(unseen)(
    '%s is refused by the classic paths, unless they follow SimpleJWT to the letter',
    async (_, character) => {
      const body = {
        ...{ username: `classic${++nth}`, password: 'a good battery 7', password2: 'a good battery 7', email: '' },
        ...{ first_name: `A${character}a`, last_name: 'B' },
      }
      const codePoint = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
      const refused = await sendJson(app.url, 'POST', '/api/users/register/', { body })
      expect([refused.status, refused.json]).toEqual([
        400,
        { first_name: [`Invisible characters are not allowed: ${codePoint}.`] },
      ])
      const taken = await sendJson(compatible.url, 'POST', '/api/users/register/', { body })
      expect([taken.status, taken.json]).toMatchObject([201, { first_name: `A${character}a` }])
    },
  )

  it('do not include other letters, marks, spaces or symbols', async () => {
    for (const first_name of [
      'Ngọc Ánh',
      'Ἀθηνᾶ',
      'Đặng',
      'राम',
      'עִבְרִית',
      'O’Brien-Smith',
      '李 小龙',
      'Zoë ☺',
      'n\u0303',
    ]) {
      const body = { username: `seen${++nth}`, password: PASSWORD, first_name }
      const { status, json } = await sendJson(app.url, 'POST', '/api/v1/register', { body })
      expect([status, json]).toMatchObject([201, { first_name }])
    }
  })
})
