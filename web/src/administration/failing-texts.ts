import { catalogue } from '../texts/catalogue.ts'

export const failingTexts = catalogue(
  { since: 'since', retryAt: 'next attempt' },
  { de: { since: 'seit', retryAt: 'nächster Versuch' } },
)
