import { catalogue } from '../texts/catalogue.ts'

/** The page that stands in for the administration. */
export const administrationTexts = catalogue(
  {
    title: 'Administration',
    lead: 'There are no administration pages yet. Manage accounts over the API, or on the command line of the server.',
    home: 'Go to my account',
  },
  {
    de: {
      title: 'Administration',
      lead: 'Es gibt noch keine Seiten für die Administration. Verwalte Konten über die API oder auf der Kommandozeile des Servers.',
      home: 'Zu meinem Konto',
    },
  },
)
