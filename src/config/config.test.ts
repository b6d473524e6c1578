import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aConfigFolder, goodSecret } from '../../test/support/config-folder.ts'
import { settingRows as rows } from '../../test/support/setting-rows/all.ts'
import { otherSecret } from '../../test/support/setting-rows/setting-row.ts'
import { describeSettings } from './settings.ts'

const day = 86_400_000

describe('every setting', () => {
  it('is in the table of this test', () => {
    expect(rows.map(({ name }) => name)).toEqual(describeSettings().map(({ name }) => name))
  })

  it.each(rows)('$name has its default', (row) => {
    expect(row.in(aConfigFolder().load())).toEqual(row.byDefault)
  })

  it.each(rows)('$name can be set in the environment', (row) => {
    expect(row.in(aConfigFolder().load({ ...row.beside, [row.name]: row.written }))).toEqual(row.read)
  })

  it.each(rows)('$name can be set in .env', (row) => {
    const folder = aConfigFolder()
    folder.write('.env', `${row.name}=${row.written}\n`)
    const secret = row.name === 'SECRET_KEY' ? undefined : goodSecret
    expect(row.in(folder.load({ ...row.beside, SECRET_KEY: secret }))).toEqual(row.read)
  })

  it.each(rows)('$name counts as not set when it is empty', (row) => {
    const empty = row.name === 'SECRET_KEY' ? {} : { [row.name]: ' ' }
    expect(row.in(aConfigFolder().load(empty))).toEqual(row.byDefault)
  })
})

describe('secrets', () => {
  it.each(describeSettings().filter(({ isSecret }) => isSecret))(
    'reads $name from a file, without its last line break',
    ({ name }) => {
      const row = rows.find((row) => row.name === name)
      if (row === undefined) throw new Error(`there is no row for ${name}`)
      const folder = aConfigFolder()
      folder.write('secrets/value', `${row.written}\r\n`)
      const secret = name === 'SECRET_KEY' ? { SECRET_KEY: undefined } : {}
      expect(row.in(folder.load({ ...row.beside, ...secret, [`${name}_FILE`]: 'secrets/value' }))).toEqual(row.read)
    },
  )

  it('reads SECRET_KEY_FALLBACKS from a file with one a line', () => {
    const folder = aConfigFolder()
    folder.write('fallbacks', `${otherSecret}\n${goodSecret}\n`)
    const { keys } = folder.load({ SECRET_KEY_FALLBACKS_FILE: join(folder.path, 'fallbacks') })
    expect(keys.secretKeyFallbacks).toEqual([otherSecret, goodSecret])
  })
})

describe('COMPATIBILITY=simplejwt', () => {
  const changed: [string, unknown][] = [
    ['COMPATIBILITY', 'simplejwt'],
    ['ALGORITHM', 'HS256'],
    ['ISSUER', undefined],
    ['SESSION_LIFETIME', undefined],
    ['BLACKLIST_AFTER_ROTATION', false],
    ['REFRESH_RETRY_WINDOW', 0],
    ['REUSE_ENDS_SESSION', false],
    ['REVOKE_ON_PASSWORD_CHANGE', false],
    ['CHECK_SESSION', false],
    ['END_SESSIONS_ON_DEACTIVATION', false],
    ['USERNAME_CASE_SENSITIVE', true],
    ['TRIM_PASSWORDS', true],
    ['SERVICE_NAMES', []],
  ]

  it('changes these defaults and no others', () => {
    const config = aConfigFolder().load({ COMPATIBILITY: 'simplejwt' })
    const expected = new Map([...rows.map((row): [string, unknown] => [row.name, row.byDefault]), ...changed])
    for (const row of rows) expect([row.name, row.in(config)]).toEqual([row.name, expected.get(row.name)])
    expect(config.tokens.isStrict).toBe(false)
    expect(aConfigFolder().load().tokens.isStrict).toBe(true)
  })

  it.each(rows.filter(({ name }) => name !== 'COMPATIBILITY'))('lets $name be set explicitly', (row) => {
    const config = aConfigFolder().load({ ...row.beside, COMPATIBILITY: 'simplejwt', [row.name]: row.written })
    expect(row.in(config)).toEqual(row.read)
  })

  it.each([
    ['ALGORITHM', 'ES256', 'ES256'],
    ['ISSUER', 'https://auth.example.org', 'https://auth.example.org'],
    ['SESSION_LIFETIME', '30d', 30 * day],
    ['REFRESH_RETRY_WINDOW', '10s', 10_000],
    ['REUSE_ENDS_SESSION', 'true', true],
    ['REVOKE_ON_PASSWORD_CHANGE', 'true', true],
    ['CHECK_SESSION', 'true', true],
    ['END_SESSIONS_ON_DEACTIVATION', 'true', true],
    ['USERNAME_CASE_SENSITIVE', 'false', false],
    ['TRIM_PASSWORDS', 'false', false],
  ])('lets %s be set back to %s', (name, written, read) => {
    const row = rows.find((row) => row.name === name)
    expect(row?.in(aConfigFolder().load({ COMPATIBILITY: 'simplejwt', [name]: written }))).toEqual(read)
  })
})
