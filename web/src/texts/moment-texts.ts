import { catalogue } from './catalogue.ts'

export const momentTexts = catalogue({ justNow: 'just now' }, { de: { justNow: 'gerade eben' } })
