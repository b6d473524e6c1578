import { catalogue } from '../texts/catalogue.ts'

export const twoPaneTexts = catalogue(
  {
    available: (what: string) => `Available: ${what}`,
    chosen: (what: string) => `Chosen: ${what}`,
    add: 'Add',
    remove: 'Remove',
    addAll: 'Add all shown',
    removeAll: 'Remove all shown',
    search: (what: string) => `Search in ${what}`,
    searchPlaceholder: 'Search …',
    none: 'None',
    nothingFound: 'Nothing else matches',
    more: 'There are more. Search for what you need.',
  },
  {
    de: {
      available: (what) => `Verfügbar: ${what}`,
      chosen: (what) => `Ausgewählt: ${what}`,
      add: 'Hinzufügen:',
      remove: 'Entfernen:',
      addAll: 'Alle gezeigten hinzufügen',
      removeAll: 'Alle gezeigten entfernen',
      search: (what) => `In ${what} suchen`,
      searchPlaceholder: 'Suchen …',
      none: 'Keine',
      nothingFound: 'Sonst passt nichts',
      more: 'Es gibt noch mehr. Suche, was du brauchst.',
    },
  },
)
