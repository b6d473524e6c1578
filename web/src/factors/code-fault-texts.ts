import { catalogue } from '../texts/catalogue.ts'

export const codeFaultTexts = catalogue(
  { wrong: 'This code is not right, or was used before.' },
  { de: { wrong: 'Dieser Code stimmt nicht oder wurde schon benutzt.' } },
)
