import { catalogue } from '../texts/catalogue.ts'

export const eventsTexts = catalogue(
  {
    title: 'Audit log',
    lead: 'What happened, to whom, and who did it.',
    columns: { event: 'Event', account: 'Account', actor: 'By', where: 'From', at: 'When' },
    event: 'Event',
    account: 'Account (user name)',
    actor: 'Done by (user name)',
    period: 'When',
    live: 'Live',
    paused: 'Paused',
    pause: 'Pause: the list stays as it is',
    resume: 'Show new events as they happen',
    empty: 'Nothing has happened yet',
  },
  {
    de: {
      title: 'Protokoll',
      lead: 'Was geschehen ist, mit wem, und durch wen.',
      columns: { event: 'Ereignis', account: 'Konto', actor: 'Durch', where: 'Von', at: 'Wann' },
      event: 'Ereignis',
      account: 'Konto (Benutzername)',
      actor: 'Durch (Benutzername)',
      period: 'Wann',
      live: 'Live',
      paused: 'Angehalten',
      pause: 'Anhalten: Die Liste bleibt, wie sie ist',
      resume: 'Neue Ereignisse zeigen, sobald sie geschehen',
      empty: 'Noch ist nichts geschehen',
    },
  },
)
