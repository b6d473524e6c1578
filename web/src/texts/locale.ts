/** The languages of the pages. Each one is complete. */
export const locales = ['en', 'de'] as const

export type Locale = (typeof locales)[number]

const STORAGE_NAME = 'latchkey-locale'

/**
 * The language to begin with: the one chosen on these pages before, else that of the email whose link was opened, else
 * the browser's, else English.
 *
 * @param ofMail the language of that email
 */
export function initialLocale(ofMail?: string): Locale {
  return readChosenLocale() ?? localeOf(ofMail) ?? readersLocale() ?? 'en'
}

/**
 * The language that the reader wants: the one chosen on these pages before, else the first that the browser prefers and we
 * have; undefined if there is none.
 */
export function readersLocale(): Locale | undefined {
  return readChosenLocale() ?? navigator.languages.map(localeOf).find((locale) => locale !== undefined)
}

/** Which of our languages a language tag (BCP 47) means. */
export function localeOf(tag: string | null | undefined): Locale | undefined {
  const language = tag?.toLowerCase().split('-')[0]
  return locales.find((locale) => locale === language)
}

/**
 * The reader's own kind of a language, for dates and numbers: British dates for a British reader, Austrian months for an Austrian
 * one. The language itself where the browser prefers another one, or names it in a way that `Intl` does not know (`en-US@posix`).
 */
export function regionalTag(locale: Locale): string {
  return navigator.languages.find((tag) => localeOf(tag) === locale && isTag(tag)) ?? locale
}

function isTag(text: string): boolean {
  try {
    return Boolean(new Intl.Locale(text))
  } catch {
    return false
  }
}

/** Remembers a choice in this browser. */
export function rememberLocale(locale: Locale): void {
  try {
    localStorage.setItem(STORAGE_NAME, locale)
  } catch {
    // A browser that keeps nothing for us asks again next time.
  }
}

function readChosenLocale(): Locale | undefined {
  try {
    return localeOf(localStorage.getItem(STORAGE_NAME))
  } catch {
    return undefined
  }
}
