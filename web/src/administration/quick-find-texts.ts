import { catalogue } from '../texts/catalogue.ts'

/** Finding a person or a page from anywhere in the administration. */
export const quickFindTexts = catalogue(
  {
    open: 'Find …',
    title: 'Find a person or a page',
    placeholder: 'Name, email, phone number, ID or page',
    keys: 'Ctrl K',
    keysOnMac: '⌘ K',
    people: 'People',
    pages: 'Pages',
    all: (typed: string) => `All users that match “${typed}”`,
    anywhere: (typed: string) => `Search for “${typed}” in the middle of words too`,
    nothing: 'No matches.',
    count: (count: number) => (count === 1 ? '1 result' : `${count} results`),
    hint: 'Arrow keys choose, Enter opens, Escape closes.',
  },
  {
    de: {
      open: 'Suchen …',
      title: 'Person oder Seite suchen',
      placeholder: 'Name, E-Mail, Telefon, ID oder Seite',
      keys: 'Strg K',
      keysOnMac: '⌘ K',
      people: 'Personen',
      pages: 'Seiten',
      all: (typed) => `Alle Benutzer, auf die „${typed}“ passt`,
      anywhere: (typed) => `„${typed}“ auch mitten in Wörtern suchen`,
      nothing: 'Keine Treffer.',
      count: (count) => (count === 1 ? '1 Treffer' : `${count} Treffer`),
      hint: 'Pfeiltasten wählen, Enter öffnet, Escape schließt.',
    },
  },
)
