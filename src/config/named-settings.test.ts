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
    '/** A text, as it would stand in the environment. */',
    'export type Text = string | undefined',
    '',
    '/** `true` or `false`. */',
    "export type Switch = boolean | 'true' | 'false' | Text",
    '',
    '/** One of some words. An editor offers them; others are refused at the start. */',
    'export type Choice<Word extends string> = Word | (string & {}) | undefined',
    '',
    '/** A whole number. */',
    'export type WholeNumber = number | Text',
    '',
    '/** A whole number with a unit: `90s`, `5m`, `12h` or `30d`. */',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template literal type
    "export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}` | (string & {}) | undefined",
    '',
    '/** Several values: an array, or a text with commas between them. An empty array means `none`. */',
    'export type List = readonly string[] | Text',
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
