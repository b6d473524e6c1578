import { catalogue } from './catalogue.ts'

export const momentTexts = catalogue(
  { justNow: 'just now', soon: 'in a moment' },
  { de: { justNow: 'gerade eben', soon: 'gleich' } },
)
