import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeSettings } from './settings.ts'

const typeNames = { text: 'Text', switch: 'Switch', number: 'WholeNumber', duration: 'Duration', list: 'List' } as const

/** `npx vitest run src/config/named-settings.test.ts -u` writes the file. */
function namedSettings(): string {
  const members = describeSettings().flatMap(({ name, description, default: fallback, isSecret, form, choices }) => {
    const words = choices.map((word) => `'${word}'`).join(' | ')
    return [
      `  /** ${description} Default: ${fallback}. */`,
      `  readonly ${name}?: ${form === 'choice' ? `Choice<${words}>` : typeNames[form]}`,
      ...(isSecret ? [`  /** A file with the value of \`${name}\`. */`, `  readonly ${name}_FILE?: Text`] : []),
    ]
  })
  return [
    '// Made from the declarations of the settings: see named-settings.test.ts.',
    '',
    "import type { Choice, Duration, List, Switch, Text, WholeNumber } from './setting-forms.ts'",
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
