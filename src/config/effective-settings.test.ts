import { describe, expect, it } from 'vitest'
import { aConfigFolder, goodSecret } from '../../test/support/config-folder.ts'
import { settingRows as rows } from '../../test/support/setting-rows/all.ts'
import { otherSecret } from '../../test/support/setting-rows/setting-row.ts'
import type { EffectiveSetting } from '../platform/setting.ts'
import type { Config } from './config.ts'
import { describeSettings } from './settings.ts'

function effective({ effective: all }: Config, name: string): EffectiveSetting {
  const found = all.find((one) => one.name === name)
  if (found === undefined) throw new Error(`${name} is not told`)
  return found
}

const shown = rows.filter(({ name }) => !describeSettings().some((one) => one.name === name && one.isSecret))
const secrets = rows.filter((row) => !shown.includes(row))

describe('the settings in effect', () => {
  it('are complete, in the order of the manual and under its headings', () => {
    const told = aConfigFolder()
      .load()
      .effective.map(({ name, group, description, isSecret }) => ({ name, group, description, isSecret }))
    const manual = describeSettings().map(({ name, group, description, isSecret }) => ({
      ...{ name, group, description, isSecret },
    }))
    expect(told).toEqual(manual)
  })

  it.each(shown)('show $name so that it could be read again, set or not', (row) => {
    for (const environment of [{}, { ...row.beside, [row.name]: row.written }]) {
      const folder = aConfigFolder()
      const config = folder.load(environment)
      const { value } = effective(config, row.name)
      const again = folder.load({ ...environment, [row.name]: value })
      expect([row.name, row.in(again)]).toEqual([row.name, row.in(config)])
    }
  })

  it.each(secrets)('show of $name only whether and where it was set', (row) => {
    const folder = aConfigFolder()
    folder.write('value', row.written)
    const isKey = row.name === 'SECRET_KEY'
    const given = folder.load({ ...row.beside, [row.name]: row.written })
    const handedIn = folder.load({
      ...row.beside,
      ...(isKey && { SECRET_KEY: undefined }),
      [`${row.name}_FILE`]: 'value',
    })
    expect(effective(given, row.name)).toMatchObject({ value: undefined, source: 'environment' })
    expect(effective(handedIn, row.name)).toMatchObject({ value: undefined, source: 'secret_file' })
    if (!isKey) expect(effective(folder.load(), row.name)).toMatchObject({ value: undefined, source: 'default' })
    for (const { effective: all } of [given, handedIn]) {
      const text = JSON.stringify(all)
      expect([row.written, goodSecret, otherSecret].filter((secret) => text.includes(secret))).toEqual([])
    }
  })

  it('say where each comes from', () => {
    const folder = aConfigFolder()
    folder.write('.env', 'LEEWAY=5s\nISSUER=\nPORT=9000\n')
    const config = folder.load({ PORT: '9001', COMPATIBILITY: 'simplejwt', CHECK_SESSION: 'on' })
    const told = (name: string) => {
      const { value, source } = effective(config, name)
      return [name, value, source]
    }
    expect(['PORT', 'LEEWAY', 'CHECK_SESSION', 'ALGORITHM', 'ISSUER', 'PUBLIC_URL', 'DEBUG'].map(told)).toEqual([
      ['PORT', '9001', 'environment'],
      ['LEEWAY', '5s', 'env_file'],
      ['CHECK_SESSION', 'true', 'environment'],
      ['ALGORITHM', 'HS256', 'compatibility'],
      ['ISSUER', 'none', 'compatibility'],
      ['PUBLIC_URL', 'http://127.0.0.1:9001', 'default'],
      ['DEBUG', 'false', 'default'],
    ])
  })

  it('show a file by its path, not its content', () => {
    const folder = aConfigFolder()
    folder.write('profile.json', '{"type": "object", "properties": {"company": {"type": "string"}}}')
    const config = folder.load({ PROFILE_SCHEMA_FILE: 'profile.json' })
    expect(effective(config, 'PROFILE_SCHEMA_FILE')).toMatchObject({ value: 'profile.json', source: 'environment' })
    expect(effective(folder.load(), 'PROFILE_SCHEMA_FILE')).toMatchObject({ value: 'none', source: 'default' })
  })
})
