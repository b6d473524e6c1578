import { catalogue } from '../texts/catalogue.ts'

export const codeFaultTexts = catalogue(
  { wrong: 'This code is wrong or has been used before.' },
  { de: { wrong: 'Dieser Code ist falsch oder wurde schon benutzt.' } },
)
