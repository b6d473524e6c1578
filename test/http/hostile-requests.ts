import fc, { type Arbitrary } from 'fast-check'
import { type JsonObject, parseJson } from '../conformance/json.ts'
import { anyCharacter } from '../support/any-character.ts'
import type { WireRequest } from '../support/http-client.ts'

const FIELDS = [
  'username',
  'password',
  'password2',
  'email',
  'first_name',
  'last_name',
  'phone_number',
  'refresh',
  'token',
  'old_password',
  'new_password',
  'title',
  'content',
  'id',
  'is_staff',
  'author',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
]

/** Texts that have broken servers before. */
const texts = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 40 }),
  fc.constantFrom(
    '\0',
    'a\0b',
    '\ud800',
    'a\udfffb',
    '\ufeff',
    '\u202e',
    'ﷺ'.repeat(300),
    '',
    ' ',
    '\x1c',
    'ı',
    'K',
    'ﬁ',
  ),
  fc.constantFrom(
    "' or 1=1 --",
    '%00',
    '../../etc/passwd',
    '{{7*7}}',
    '$argon2id$v=19$',
    '1e309',
    '-0',
    '.',
    '..',
    '....',
  ),
  fc.constantFrom('a@b', 'a@b@c.d', `${'a'.repeat(300)}@b.cd`, '"a b"@c.de', 'a@xn--.de', 'a@[::1]', 'a@[999.1.1.1]'),
)

const values = fc.oneof(
  { weight: 4, arbitrary: texts },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, true, [], {}, -0, 1e308, Number.MAX_SAFE_INTEGER) },
)

const objects = fc
  .array(fc.tuple(fc.constantFrom(...FIELDS), values), { maxLength: 8 })
  .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`)

const bodies = fc.oneof(
  { weight: 4, arbitrary: objects.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.json().map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.tuple(fc.constantFrom(...FIELDS), texts), { maxLength: 6 })
      .map((pairs) => Buffer.from(pairs.map(([name, value]) => `${name}=${value.replaceAll(' ', '+')}`).join('&'))),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.tuple(fc.constantFrom(...FIELDS, '', 'a"b'), texts, fc.boolean()), { maxLength: 4 })
      .map((parts) => Buffer.from(`${parts.map(formPart).join('')}--x--\r\n`)),
  },
)

function formPart([name, value, isFile]: [string, string, boolean]): string {
  return `--x\r\nContent-Disposition: form-data; name="${name}"${isFile ? '; filename="f"' : ''}\r\n\r\n${value}\r\n`
}

const mediaTypes = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'application/json\ta',
      'application/json junk',
      'application/json; charset=utf-7',
      'multipart/form-data',
      'multipart/form-data; boundary=',
      `multipart/form-data; boundary=${'x'.repeat(300)}`,
      'multipart/form-data; boundary="x"; boundary=y',
      'application/problem+json',
      'text/plain',
      '/',
      ';',
      '__proto__',
      '',
    ),
  },
)

const headerNames = fc.constantFrom(
  'accept',
  'user-agent',
  'x-forwarded-for',
  'origin',
  'cookie',
  'if-match',
  '__proto__',
)
const headerTexts = fc.oneof(
  texts.map((text) => text.replace(/[^\t\x20-\x7e\u0080-\ufffd]|[\ud800-\udfff]/g, '')),
  fc.constantFrom('*/*', ';q=a', 'application/json;q=1e9', ',,,', 'a'.repeat(4_000)),
)

/** Every method, including the wrong ones of each path. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'SEARCH', 'QUERY']

const ids = fc.constantFrom('1', '0', '-1', '1e3', '9'.repeat(30), '%00', '%f0%9f%98%80', "'", '__proto__', '%EF%BC%91')

/**
 * Requests that are HTTP, and that nobody with good intentions sends.
 *
 * @param paths with `{name}` for the parts that vary
 * @param token a valid access token: many requests get further with it
 */
export function hostileRequests(paths: readonly string[], token: string): Arbitrary<WireRequest> {
  const authorizations = fc.oneof(
    { weight: 2, arbitrary: fc.constant(`Bearer ${token}`) },
    { weight: 1, arbitrary: headerTexts },
    { weight: 1, arbitrary: fc.constantFrom('Bearer', 'Bearer a b', 'bearer a', `Bearer ${'.'.repeat(9_000)}`) },
  )
  return fc
    .record({
      method: fc.constantFrom(...METHODS),
      path: fc.tuple(fc.constantFrom(...paths), ids).map(([path, id]) => path.replace(/\{\w+\}/g, id)),
      type: mediaTypes,
      authorization: fc.option(authorizations),
      header: fc.option(fc.tuple(headerNames, headerTexts)),
      body: bodies,
    })
    .map(({ method, path, type, authorization, header, body }) => ({
      method,
      path,
      headers: [
        ['content-type', type],
        ['content-length', String(body.length)],
        ...(authorization === null ? [] : [['authorization', authorization]]),
        ...(header === null ? [] : [header]),
      ] as [string, string][],
      body,
    }))
}

const claimNames = ['token_type', 'exp', 'iat', 'nbf', 'jti', 'user_id', 'sid', 'iss', 'aud', '__proto__', 'extra']

/** Claims sets of both kinds of token for an account that does not exist, with some claims made hostile. */
export function hostileClaims(now: number): Arbitrary<JsonObject> {
  const seconds = Math.floor(now / 1000)
  const good = { exp: seconds + 900, iat: seconds, jti: 'a'.repeat(32), user_id: 999_999 }
  return fc
    .tuple(
      fc.constantFrom('access', 'refresh'),
      fc.array(fc.tuple(fc.constantFrom(...claimNames), values), { minLength: 1, maxLength: 4 }),
    )
    .map(([token_type, changed]) => ({ token_type, ...good, ...Object.fromEntries(changed) }))
    .map((claims) => parseJson(JSON.stringify(claims)) as JsonObject)
}
