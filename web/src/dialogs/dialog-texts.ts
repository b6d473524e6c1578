import { catalogue } from '../texts/catalogue.ts'

export const dialogTexts = catalogue({ cancel: 'Cancel' }, { de: { cancel: 'Abbrechen' } })
