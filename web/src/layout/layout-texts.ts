import { catalogue } from '../texts/catalogue.ts'

export const layoutTexts = catalogue(
  {
    language: 'Language',
    languages: { en: 'English', de: 'Deutsch' },
    useDark: 'Use dark colours',
    useLight: 'Use light colours',
    skip: 'Skip to content',
    links: 'Links',
    loading: 'Loading …',
    failed: 'This could not be loaded',
    tryAgain: 'Try again',
  },
  {
    de: {
      language: 'Sprache',
      languages: { en: 'English', de: 'Deutsch' },
      useDark: 'Dunkle Farben verwenden',
      useLight: 'Helle Farben verwenden',
      skip: 'Zum Inhalt springen',
      links: 'Links',
      loading: 'Wird geladen …',
      failed: 'Das konnte nicht geladen werden',
      tryAgain: 'Noch einmal versuchen',
    },
  },
)
