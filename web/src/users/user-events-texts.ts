import { catalogue } from '../texts/catalogue.ts'

export const userEventsTexts = catalogue(
  {
    title: 'History',
    sides: { about: 'What happened to this user', by: 'What this user did' },
    sidesLabel: 'Which events',
    event: 'Event',
    who: 'By',
    about: 'About',
    from: 'From',
    when: 'When',
    empty: 'Nothing has happened yet',
    kind: 'Event',
  },
  {
    de: {
      title: 'Verlauf',
      sides: { about: 'Was mit diesem Benutzer geschah', by: 'Was dieser Benutzer tat' },
      sidesLabel: 'Welche Ereignisse',
      event: 'Ereignis',
      who: 'Durch',
      about: 'Betrifft',
      from: 'Von',
      when: 'Wann',
      empty: 'Noch ist nichts geschehen',
      kind: 'Ereignis',
    },
  },
)
