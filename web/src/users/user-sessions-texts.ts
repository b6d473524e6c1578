import { catalogue } from '../texts/catalogue.ts'

export const userSessionsTexts = catalogue(
  {
    title: 'Sessions',
    endThis: (device: string) => `End the session on ${device}`,
    endTitle: 'End this session?',
    endLead: (device: string) => `${device} is signed out at once. The owner can sign in again.`,
    empty: 'No sessions',
    emptyLead: 'This user is not signed in anywhere.',
  },
  {
    de: {
      title: 'Sitzungen',
      endThis: (device) => `Die Sitzung auf ${device} beenden`,
      endTitle: 'Diese Sitzung beenden?',
      endLead: (device) => `${device} wird sofort abgemeldet. Die Person kann sich wieder anmelden.`,
      empty: 'Keine Sitzungen',
      emptyLead: 'Dieser Benutzer ist nirgends angemeldet.',
    },
  },
)
