import type { Locale } from '../../accounts/locale.ts'
import { linkTo } from '../link-url.ts'
import type { Mail, MessageValue, MessageValues } from '../mail.ts'
import { defaultLayout, type Message, type MessageContent, renderMessage } from './message.ts'
import { checkReplacement, fillIn, parseTemplate, type Template, TemplateFault } from './template.ts'

/** A message in Latchkey's own languages. English is the original; the others may not say more. */
export type MessageTexts = Readonly<Record<Locale, string>>

/** Replacements for Latchkey's own texts, as found: file name without folder and extension -> text. */
export type TemplateFolder = {
  /** By language, then by the name of the message. */
  messages: ReadonlyMap<string, ReadonlyMap<string, string>>
  layout: string | undefined
}

export type ComposerOptions = {
  /** Every message, by its name. */
  messages: Readonly<Record<string, MessageTexts>>
  folder?: TemplateFolder | undefined
  /** The default language of mail. Missing texts are in English. */
  language: string
  /** The origin of all links. Comes from the settings, never from a request. */
  publicUrl: string
  /** The addresses of the operator's own pages, by the paths of the built-in pages that they replace. Default: none */
  pages?: ReadonlyMap<string, string>
  /** The name of the service in messages. */
  service: string
}

/** Writes the text of an email. @throws Error if it lacks a value that its message needs */
export type Compose = (
  mail: Pick<Mail, 'kind' | 'to' | 'locale' | 'values' | 'links'> & { code?: string | undefined },
) => Message

/** The texts of messages are invalid. The error message contains every fault, one per line. */
export class MailTemplateError extends Error {
  constructor(faults: readonly string[]) {
    super(['Fix these mail templates first:', ...faults.map((fault) => `  ${fault}`)].join('\n'))
    this.name = 'MailTemplateError'
  }
}

type Chosen = { template: Template; language: string }

/**
 * Chooses the text of every message in each of our languages and in the language of the settings, and checks the
 * replacements.
 *
 * @throws MailTemplateError
 */
export function createComposer({
  messages,
  folder,
  language,
  publicUrl,
  pages = new Map(),
  service,
}: ComposerOptions): Compose {
  const faults: string[] = []
  const replaced = readFolder(messages, folder, faults)
  const layout = folder?.layout ?? defaultLayout
  if (!layout.includes('{content}'))
    faults.push('layout.html: has no {content}. Put it where the text of the email goes.')
  const isKnown = language in englishAndGerman || replaced.has(language)
  if (!isKnown) {
    faults.push(
      `MAIL_LANGUAGE: neither Latchkey nor MAIL_TEMPLATES has messages in "${language}". Write en, de or the name of a folder there.`,
    )
  }
  const chosen = new Map(
    [language, ...Object.keys(englishAndGerman)].map((one) => [one, chooseTexts(messages, replaced.get(one), one)]),
  )
  tryLayout(layout, faults)
  if (faults.length > 0) throw new MailTemplateError(faults)

  return ({ kind, to, locale, values, links, code }) => {
    const { template, language: written } = chosenFor(chosen.get(locale ?? language), kind)
    const content: MessageContent = {
      values: { service, address: to, ...inWords(values, written), ...(code !== undefined && { code }) },
      links: links.map(({ page, token, values }) => ({
        url: linkTo(pages.get(page) ?? (page.includes('{token}') ? page : `${publicUrl}${page}?token={token}`), token),
        values: inWords(values, written),
      })),
    }
    return renderMessage(template, content, { layout, language: written })
  }
}

const englishAndGerman: Readonly<Record<Locale, true>> = { en: true, de: true }

/** Every message in one language: the operator's text, otherwise ours, otherwise our English one. */
function chooseTexts(
  messages: ComposerOptions['messages'],
  replaced: ReadonlyMap<string, Template> | undefined,
  language: string,
): Map<string, Chosen> {
  const own = language === 'de' ? 'de' : 'en'
  return new Map(
    Object.entries(messages).map(([kind, texts]) => {
      const template = replaced?.get(kind)
      return [kind, template ? { template, language } : { template: parseTemplate(texts[own]), language: own }]
    }),
  )
}

function chosenFor(chosen: ReadonlyMap<string, Chosen> | undefined, kind: string): Chosen {
  const found = chosen?.get(kind)
  if (found === undefined) throw new Error(`there is no message called ${kind}`)
  return found
}

function readFolder(
  originals: ComposerOptions['messages'],
  folder: TemplateFolder | undefined,
  faults: string[],
): Map<string, Map<string, Template>> {
  const read = new Map<string, Map<string, Template>>()
  for (const [language, texts] of folder?.messages ?? []) {
    const templates = new Map<string, Template>()
    read.set(language, templates)
    for (const [kind, text] of texts) {
      const original = Object.hasOwn(originals, kind) ? originals[kind] : undefined
      try {
        if (original === undefined) {
          throw new TemplateFault(`is not a message. Use ${Object.keys(originals).join(', ')}`)
        }
        const template = parseTemplate(text)
        checkReplacement(template, parseTemplate(original.en))
        templates.set(kind, template)
      } catch (error) {
        if (!(error instanceof TemplateFault)) throw error
        faults.push(`${language}/${kind}.txt: ${error.message}.`)
      }
    }
  }
  return read
}

function tryLayout(layout: string, faults: string[]): void {
  try {
    fillIn(layout, { content: '', subject: '', language: '' })
  } catch {
    faults.push('layout.html: has a placeholder other than {content}, {subject} and {language}.')
  }
}

function inWords(values: MessageValues, language: string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toWords(value, language)]))
}

function toWords(value: MessageValue, language: string): string {
  if (typeof value === 'string') return value
  if ('ms' in value) return lengthOfTime(value.ms, language)
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  return `${moment.format(value.at)} UTC`
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/**
 * A duration in the largest unit without a fraction, but never "1 day", because hours say more clearly when it ends.
 */
function lengthOfTime(ms: number, language: string): string {
  const [unit, unitMs] = units.find(([name, size]) => ms % size === 0 && (name !== 'day' || ms > size)) ?? units[2]
  const format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' })
  return format.format(Math.ceil(ms / unitMs))
}
