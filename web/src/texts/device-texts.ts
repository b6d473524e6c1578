import { catalogue } from './catalogue.ts'

export const deviceTexts = catalogue(
  { on: (program: string, system: string) => `${program} on ${system}`, unknown: 'Unknown device' },
  { de: { on: (program, system) => `${program} auf ${system}`, unknown: 'Unbekanntes Gerät' } },
)
