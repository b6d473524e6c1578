import { catalogue } from '../texts/catalogue.ts'

export const twoPaneTexts = catalogue(
  {
    available: 'Available',
    chosen: 'Chosen',
    add: 'Add',
    remove: 'Remove',
    addAll: 'Add all shown',
    removeAll: 'Remove all shown',
    search: (where: string, what: string) => `Search in ${where}: ${what}`,
    searchPlaceholder: 'Search …',
    none: 'None',
    nothingFound: 'No more matches',
    more: 'There are more. Search for what you need.',
  },
  {
    de: {
      available: 'Verfügbar',
      chosen: 'Ausgewählt',
      add: 'Hinzufügen:',
      remove: 'Entfernen:',
      addAll: 'Alle gezeigten hinzufügen',
      removeAll: 'Alle gezeigten entfernen',
      search: (where, what) => `In ${where} suchen: ${what}`,
      searchPlaceholder: 'Suchen …',
      none: 'Keine',
      nothingFound: 'Keine weiteren Treffer',
      more: 'Es gibt noch mehr. Suche, was du brauchst.',
    },
  },
)
