import { catalogue } from '../texts/catalogue.ts'

export const pageCrashedTexts = catalogue(
  {
    crashed: 'Something went wrong',
    crashedLead: 'This page has run into a problem. Reload it; if it happens again, tell the operator.',
    reload: 'Reload the page',
  },
  {
    de: {
      crashed: 'Etwas ist schiefgegangen',
      crashedLead:
        'Auf dieser Seite gab es ein Problem. Lade sie neu; wenn es wieder geschieht, sage dem Betreiber Bescheid.',
      reload: 'Seite neu laden',
    },
  },
)
