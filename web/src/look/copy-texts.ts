import { catalogue } from '../texts/catalogue.ts'

export const copyTexts = catalogue({ copy: 'Copy', copied: 'Copied' }, { de: { copy: 'Kopieren', copied: 'Kopiert' } })
