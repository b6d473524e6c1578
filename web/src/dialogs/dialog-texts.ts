import { catalogue } from '../texts/catalogue.ts'

export const dialogTexts = catalogue(
  { cancel: 'Cancel', close: 'Close' },
  { de: { cancel: 'Abbrechen', close: 'Schließen' } },
)
