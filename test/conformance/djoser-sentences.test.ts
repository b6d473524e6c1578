import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

/** Statements of djoser's contract that no recorded scenario covers, each as a request and its answer. */

const P = 'Zx9!mKq#Lw7vTr'
const NOT_FOUND = { detail: 'Not found.' }
const STRANGER = { detail: 'Authentication credentials were not provided.' }
const UNABLE = { non_field_errors: ['Unable to log in with provided credentials.'] }
const BAD_UID = { uid: ["Invalid user id or user doesn't exist."] }
const BAD_TOKEN = { token: ['Invalid token for given user.'] }
const settings = { COMPATIBILITY: 'simplejwt', DJOSER: 'true', AUTH_HEADER_TYPES: 'JWT,Bearer' }

type Credential = 'jwt' | 'key' | 'jwt as key' | 'key as jwt' | (string & {}) | undefined
type Row = [
  sentence: string,
  method: string,
  path: string,
  sent: unknown,
  as: Credential,
  status: number,
  answer?: unknown,
]

const rows: Row[] = [
  ['an address may be missing', 'POST', 'users/', { username: 'bob', password: P }, undefined, 201],
  [
    'an address may not be null',
    'POST',
    'users/',
    { username: 'x', email: null, password: P },
    undefined,
    400,
    { email: ['This field may not be null.'] },
  ],
  [
    'an address need not be unique',
    'POST',
    'users/',
    { username: 'cid', email: 'anna@example.com', password: P },
    undefined,
    201,
  ],
  [
    'a name may be taken after NFKC',
    'POST',
    'users/',
    { username: 'ａｎｎａ', password: P },
    undefined,
    400,
    ['Unable to create account.'],
  ],
  ['a password has no limit', 'POST', 'users/', { username: 'long', password: P.repeat(500) }, undefined, 201],
  ['such a password works', 'POST', 'jwt/create/', { username: 'long', password: P.repeat(500) }, undefined, 200],
  ['the caller of a sign-up may be logged in', 'POST', 'users/', { username: 'dan', password: P }, 'jwt', 201],
  ['an unknown scheme counts as none', 'POST', 'users/', { username: 'eve', password: P }, 'Basic abc', 201],
  ['paths are case-sensitive', 'GET', 'Users/me/', undefined, 'jwt', 404],
  ['an id that is not a number is checked after the login', 'GET', 'users/x/', undefined, undefined, 401, STRANGER],
  ['an id that is not a number belongs to nobody', 'GET', 'users/x/', undefined, 'jwt', 404, NOT_FOUND],
  ['an id beyond 64 bits belongs to nobody', 'GET', 'users/99999999999999999999999/', undefined, 'jwt', 404, NOT_FOUND],
  ['a bad header is refused on open paths', 'POST', 'users/activation/', {}, 'JWT x.y.z', 401],
  ['a bad header comes before a wrong method', 'PUT', 'users/activation/', {}, 'JWT x.y.z', 401],
  ['jwt/ does not look at the header', 'POST', 'jwt/create/', { username: 'anna', password: P }, 'JWT x.y.z', 200],
  ['token/login/ refuses a bad one', 'POST', 'token/login/', { username: 'anna', password: P }, 'JWT x.y.z', 401],
  ['the method comes before the user', 'POST', 'users/99/', {}, 'jwt', 405],
  ['who a user may see is checked before the body', 'PATCH', 'users/2/', [], 'jwt', 404, NOT_FOUND],
  ['who a user may delete is checked before the body', 'DELETE', 'users/2/', [], 'jwt', 403],
  ['JWT must be spelled so', 'GET', 'users/me/', undefined, 'jwt in lower case', 401, STRANGER],
  ['there may be several spaces and tabs', 'GET', 'users/me/', undefined, 'jwt after blanks', 200],
  ['any case of Token is accepted', 'GET', 'users/me/', undefined, 'key in upper case', 200],
  ['a JWT is not a key', 'GET', 'users/me/', undefined, 'jwt as key', 401, { detail: 'Invalid token.' }],
  ['a key is not a JWT', 'GET', 'users/me/', undefined, 'key as jwt', 401],
  [
    'anonymous callers with a wrong method need a login',
    'PATCH',
    'users/activation/',
    undefined,
    undefined,
    401,
    STRANGER,
  ],
  ['a caller with a wrong method has one', 'PATCH', 'users/activation/', undefined, 'jwt', 405],
  ['OPTIONS needs a login', 'OPTIONS', 'users/activation/', undefined, undefined, 401, STRANGER],
  ['token/login/ is open for every method', 'GET', 'token/login/', undefined, undefined, 405],
  ['token/login/ describes itself', 'OPTIONS', 'token/login/', undefined, undefined, 200],
  ['token/logout/ is not', 'GET', 'token/logout/', undefined, undefined, 401, STRANGER],
  ['HEAD works for one’s own data', 'HEAD', 'users/me/', undefined, 'jwt', 200],
  ['OPTIONS works there', 'OPTIONS', 'users/me/', undefined, 'jwt', 200],
  [
    'the query of the list is ignored',
    'GET',
    'users/?limit=1&page=9',
    undefined,
    'jwt',
    200,
    [{ email: 'anna@example.com', id: 1, username: 'anna' }],
  ],
  [
    'nonsense is ignored, and a domain keeps its case',
    'PUT',
    'users/me/',
    { username: null, id: [], email: 'anna@EXAMPLE.org' },
    'jwt',
    200,
    { email: 'anna@EXAMPLE.org', id: 1, username: 'anna' },
  ],
  ['an address may not become null', 'PUT', 'users/me/', { email: null }, 'jwt', 400],
  ['no body changes nothing', 'PATCH', 'users/me/', undefined, 'jwt', 200],
  [
    'a deletion needs the password',
    'DELETE',
    'users/me/',
    undefined,
    'jwt',
    400,
    { current_password: ['This field is required.'] },
  ],
  [
    'the new password may be the old one',
    'POST',
    'users/set_password/',
    { current_password: P, new_password: P },
    'jwt',
    204,
  ],
  [
    'a wrong password hides a weak one',
    'POST',
    'users/set_password/',
    { current_password: 'x', new_password: '1' },
    'jwt',
    400,
    { current_password: ['Invalid password.'] },
  ],
  [
    'one’s own name is taken',
    'POST',
    'users/set_username/',
    { current_password: P, new_username: 'anna' },
    'jwt',
    400,
    { new_username: ['A user with that username already exists.'] },
  ],
  [
    'full-width letters stay',
    'POST',
    'users/set_username/',
    { current_password: P, new_username: 'ａｎｎ' },
    'jwt',
    204,
  ],
  [
    'a token survives a new name',
    'GET',
    'users/me/',
    undefined,
    'jwt',
    200,
    { email: 'anna@EXAMPLE.org', id: 1, username: 'ａｎｎ' },
  ],
  ['the old name is free', 'POST', 'users/', { username: 'anna', password: P }, undefined, 201],
  ['an address may not be a number', 'POST', 'users/reset_password/', { email: 5 }, undefined, 400],
  ['resending is off', 'POST', 'users/resend_activation/', { email: 'nobody@example.com' }, undefined, 400],
  [
    'a faulty field comes before that',
    'POST',
    'users/resend_activation/',
    { email: 'x' },
    undefined,
    400,
    { email: ['Enter a valid email address.'] },
  ],
  [
    'a faulty field hides a weak password',
    'POST',
    'users/reset_password_confirm/',
    { uid: '', token: 'x', new_password: '123' },
    undefined,
    400,
    { uid: ['This field may not be blank.'] },
  ],
  [
    'a uid of nobody',
    'POST',
    'users/reset_password_confirm/',
    { uid: 'OTk5', token: 'x', new_password: P },
    undefined,
    400,
    BAD_UID,
  ],
  [
    'a token of nobody',
    'POST',
    'users/reset_password_confirm/',
    { uid: 'MQ', token: 'x', new_password: P },
    undefined,
    400,
    BAD_TOKEN,
  ],
  [
    'the new name comes first',
    'POST',
    'users/reset_username_confirm/',
    {},
    undefined,
    400,
    { new_username: ['This field is required.'] },
  ],
  [
    'a uid is not required, but a wrong one is refused',
    'POST',
    'users/reset_username_confirm/',
    { new_username: 'fay' },
    undefined,
    400,
    BAD_UID,
  ],
  [
    'a token may be null',
    'POST',
    'users/reset_username_confirm/',
    { new_username: 'fay', uid: 'MQ', token: null },
    undefined,
    400,
    BAD_TOKEN,
  ],
  [
    'a uid may be a list',
    'POST',
    'users/reset_username_confirm/',
    { new_username: 'fay', uid: [1], token: {} },
    undefined,
    400,
    BAD_UID,
  ],
  ['a login for a key needs both fields', 'POST', 'token/login/', { username: 'anna' }, undefined, 400, UNABLE],
  [
    'blank and null have messages',
    'POST',
    'token/login/',
    { username: '', password: null },
    undefined,
    400,
    { username: ['This field may not be blank.'], password: ['This field may not be null.'] },
  ],
  ['the key ends', 'POST', 'token/logout/', undefined, 'key', 204],
  ['an ended key is unknown', 'GET', 'users/me/', undefined, 'key', 401, { detail: 'Invalid token.' }],
  ['there may be no key to end', 'POST', 'token/logout/', undefined, 'jwt', 204],
]

describe.each(databases)("sentences of djoser's contract on $name", (database) => {
  let app: TestApp
  let access = ''
  let key = ''

  const ask = (method: string, path: string, body?: unknown, authorization?: string) =>
    sendJson(app.url, method, `/auth/${path}`, {
      ...(body !== undefined && { body }),
      headers: authorization === undefined ? {} : { authorization },
    })

  /** How a credential is sent. Any other text is sent unchanged. */
  function headerOf(as: Credential): string | undefined {
    const known: Record<string, string> = {
      jwt: `JWT ${access}`,
      key: `Token ${key}`,
      'jwt as key': `Token ${access}`,
      'key as jwt': `JWT ${key}`,
      'jwt in lower case': `jwt ${access}`,
      'jwt after blanks': `JWT \t  ${access}`,
      'key in upper case': `TOKEN ${key}`,
    }
    return as === undefined ? undefined : (known[as] ?? as)
  }

  beforeAll(async () => {
    app = await startTestApp({ database, settings })
    const anna = { username: 'anna', email: 'anna@EXAMPLE.com', password: P }
    await ask('POST', 'users/', anna)
    access = ((await ask('POST', 'jwt/create/', anna)).json as { access: string }).access
    key = ((await ask('POST', 'token/login/', anna)).json as { auth_token: string }).auth_token
  })
  afterAll(() => app.close())

  it.each(rows)('%s', async (_sentence, method, path, sent, as, status, answer) => {
    const told = await ask(method, path, sent, headerOf(as))
    expect([told.status, told.text]).toEqual([status, expect.any(String)])
    if (answer !== undefined) expect(told.json).toEqual(answer)
    if (status === 401) expect(told.headers['www-authenticate']).toEqual(['JWT realm="api"'])
    if (status === 204) expect([told.text, told.headers['content-type']]).toEqual(['', undefined])
  })
})
