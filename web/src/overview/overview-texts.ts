import { catalogue } from '../texts/catalogue.ts'

export const overviewTexts = catalogue({ title: 'Overview' }, { de: { title: 'Übersicht' } })
