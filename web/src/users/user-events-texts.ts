import { catalogue } from '../texts/catalogue.ts'

export const userEventsTexts = catalogue(
  {
    title: 'History',
    sides: { about: 'About this user', by: 'By this user' },
    sidesLabel: 'Which events',
    event: 'Event',
    who: 'By',
    about: 'About',
    from: 'IP address',
    when: 'When',
    empty: 'Nothing has happened yet',
    kind: 'Event',
  },
  {
    de: {
      title: 'Verlauf',
      sides: { about: 'Über diesen Benutzer', by: 'Von diesem Benutzer' },
      sidesLabel: 'Welche Ereignisse',
      event: 'Ereignis',
      who: 'Durch',
      about: 'Betrifft',
      from: 'IP-Adresse',
      when: 'Wann',
      empty: 'Noch ist nichts geschehen',
      kind: 'Ereignis',
    },
  },
)
