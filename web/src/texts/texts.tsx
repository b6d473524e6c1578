import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react'
import { site } from '../site/site.ts'
import type { Catalogue } from './catalogue.ts'
import { initialLocale, type Locale, regionalTag, rememberLocale } from './locale.ts'

type Language = {
  locale: Locale
  /** The reader's regional variant of it (BCP 47), for dates and numbers. */
  region: string
  /** Changes the language of the pages and remembers it in this browser. */
  choose(locale: Locale): void
}

const LanguageContext = createContext<Language>({ locale: 'en', region: 'en', choose: () => {} })

/** Sets the language of the pages below. The document declares it too, for screen readers and spell checkers. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [locale, setLocale] = useState(() => initialLocale(site.link?.locale))
  useEffect(() => {
    document.documentElement.lang = locale
  }, [locale])
  const choose = useCallback((chosen: Locale) => {
    rememberLocale(chosen)
    setLocale(chosen)
  }, [])
  const language = useMemo(() => ({ locale, region: regionalTag(locale), choose }), [locale, choose])
  return <LanguageContext value={language}>{children}</LanguageContext>
}

/** The language of the pages, and how to change it. */
export function useLanguage(): Language {
  return use(LanguageContext)
}

/** The texts of a catalogue in the language of the pages. */
export function useTexts<T>(texts: Catalogue<T>): T {
  return texts[useLanguage().locale]
}
