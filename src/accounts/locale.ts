/** The languages of Latchkey's pages and emails, as language tags (BCP 47). Each one is complete. */
export const locales = ['en', 'de'] as const

export type Locale = (typeof locales)[number]

/** Which of our languages a language tag (RFC 5646) means, such as `de` for `de-AT`; undefined if it is none of them. */
export function localeOf(tag: string): Locale | undefined {
  const language = tag.trim().toLowerCase().split('-')[0]
  return locales.find((locale) => locale === language)
}

/** More ranges than any browser sends. */
const RANGES_LIMIT = 20

/**
 * The language that a client prefers among ours, from its `Accept-Language` (RFC 9110 §12.5.4).
 *
 * @returns undefined if the header is missing or asks for none of them; `*` asks for none in particular
 */
export function preferredLocale(header: string | undefined): Locale | undefined {
  const ranges = (header ?? '').split(',', RANGES_LIMIT).map((range) => {
    const [tag = '', ...parameters] = range.split(';')
    const weight = parameters.map((parameter) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/i.exec(parameter)?.[1]).find(Boolean)
    return { locale: localeOf(tag), weight: Number(weight ?? 1) }
  })
  return ranges
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
    .find(({ locale }) => locale)?.locale
}
