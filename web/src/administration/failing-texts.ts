import { catalogue } from '../texts/catalogue.ts'

export const failingTexts = catalogue(
  { since: 'Since', retryAt: 'Next attempt' },
  { de: { since: 'Seit', retryAt: 'Nächster Versuch' } },
)
