import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeSettings } from './settings.ts'

/** `npx vitest run src/config/named-settings.test.ts -u` writes the file. */
function namedSettings(): string {
  const members = describeSettings().flatMap(({ name, description, default: fallback, isSecret }) => [
    `  /** ${description} Default: ${fallback}. */`,
    `  readonly ${name}?: SettingValue`,
    ...(isSecret ? [`  /** A file with the value of \`${name}\`. */`, `  readonly ${name}_FILE?: SettingValue`] : []),
  ])
  return [
    '// Made from the declarations of the settings: see named-settings.test.ts.',
    '',
    '/** The value of a setting in a program. Numbers and booleans are read as they would be in the environment. */',
    'export type SettingValue = string | number | boolean | undefined',
    '',
    "/** Settings by their names in the environment: `{ PUBLIC_URL: 'https://auth.example.org' }`. */",
    'export type SettingsByName = {',
    ...members,
    '}',
    '',
  ].join('\n')
}

it('has every setting by its name, with its description, for the completion of an editor', async () => {
  await expect(namedSettings()).toMatchFileSnapshot(join(import.meta.dirname, 'named-settings.ts'))
})
