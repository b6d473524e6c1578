import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compatibilityDefaults, djoserDefaults, exactDjoserDefaults } from './compatibility.ts'
import { allSettingFacts, describeSettings, type SettingDescription } from './settings.ts'

const manual = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8')
const names = describeSettings().map(({ name }) => name)

describe('docs/settings.md', () => {
  it.each([...new Set(describeSettings().map(({ group }) => group))])(
    'has the settings under "%s", and no others',
    (group) => {
      const expected = describeSettings().filter((setting) => setting.group === group)
      expect(tableUnder(group)).toEqual(expected.map(rowOf))
    },
  )

  it('lists the defaults of COMPATIBILITY=simplejwt', () => {
    expect(tableUnder('`COMPATIBILITY=simplejwt`')).toEqual(
      Object.entries(compatibilityDefaults.simplejwt).map(([name, text]) => `| \`${name}\` | \`${text}\` |`),
    )
  })

  it('names no setting that does not exist', () => {
    const known = [
      ...names,
      'LATCHKEY_ENV_FILE',
      'NAME',
      'NAME_FILE',
      'UV_THREADPOOL_SIZE',
      ...names.map((name) => `${name}_FILE`),
    ]
    const mentioned = [...manual.matchAll(/`([A-Z][A-Z_]*[A-Z])(?:=[^`]*)?`/g)].map(([, name]) => name)
    expect(mentioned.length).toBeGreaterThan(names.length)
    expect(mentioned.filter((name) => !known.includes(name ?? '') && name !== 'EdDSA')).toEqual([])
  })

  function rowOf({ name, isSecret, default: byDefault, description }: SettingDescription): string {
    return `| \`${name}\`${isSecret ? ' †' : ''} | ${byDefault} | ${description} |`
  }

  function tableUnder(heading: string): string[] {
    const [, section = ''] = manual.split(`\n## ${heading}\n`)
    const [body = ''] = section.split('\n## ')
    return body.split('\n').filter((line) => line.startsWith('| `'))
  }
})

describe('the settings', () => {
  it('have unique names', () => {
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(allSettingFacts().filter((facts) => facts.default !== undefined))('$name can read its default', (facts) => {
    expect(() => facts.read(facts.default ?? '')).not.toThrow()
  })

  it('have compatibility defaults that exist and can be read', () => {
    const changed = [compatibilityDefaults.simplejwt, djoserDefaults, exactDjoserDefaults]
    for (const [name, text] of changed.flatMap(Object.entries<string>)) {
      const facts = allSettingFacts().find((setting) => setting.name === name)
      expect(() => facts?.read(text)).not.toThrow()
      expect(facts?.name).toBe(name)
    }
  })

  it('hide the values of secrets', () => {
    const secrets = describeSettings().filter(({ isSecret }) => isSecret)
    expect(secrets.map(({ name }) => name)).toEqual([
      'DATABASE_URL',
      'SECRET_KEY',
      'SECRET_KEY_FALLBACKS',
      'CARRY_OVER_SECRET',
      'SERVICE_CREDENTIALS',
      'MAIL_URL',
      'METRICS_TOKEN',
    ])
  })
})
