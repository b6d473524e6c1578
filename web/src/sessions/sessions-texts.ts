import { catalogue } from '../texts/catalogue.ts'

export const sessionsTexts = catalogue(
  {
    title: 'Sessions',
    lead: 'Where people are signed in, and where they were.',
    columns: {
      account: 'Account',
      device: 'Device',
      address: 'Address',
      started: 'Started',
      seen: 'Last seen',
      state: 'State',
      actions: 'Actions',
    },
    account: 'User name',
    address: 'Address begins with',
    state: 'State',
    states: { running: 'Running', ended: 'Ended', all: 'Running and ended' },
    reason: 'Reason',
    period: 'Started',
    running: 'Running',
    current: 'This session',
    unknown: 'Unknown device',
    end: 'End',
    endOne: (username: string, device: string) => `End the session of ${username} on ${device}`,
    ended: 'The session is ended.',
    endMatching: 'End all that match',
    endMatchingTitle: 'End all running sessions that match?',
    endMatchingLead:
      'The people have to sign in again. Your own session and those of accounts with more rights than yours go on.',
    endAllLead:
      'No filter is set: this ends the sessions of all accounts. The people have to sign in again. Your own session goes on.',
    endMatchingAction: 'End the sessions',
    progress: (count: number) => `${count} ended so far …`,
    endedMany: (count: number, failed: number) =>
      `${count === 1 ? 'One session was ended' : `${count} sessions were ended`}${failed > 0 ? `; ${failed} belong to accounts with more rights than yours` : ''}.`,
    empty: 'Nobody is signed in',
  },
  {
    de: {
      title: 'Sitzungen',
      lead: 'Wo Menschen angemeldet sind, und wo sie es waren.',
      columns: {
        account: 'Konto',
        device: 'Gerät',
        address: 'Adresse',
        started: 'Begonnen',
        seen: 'Zuletzt gesehen',
        state: 'Zustand',
        actions: 'Aktionen',
      },
      account: 'Benutzername',
      address: 'Adresse beginnt mit',
      state: 'Zustand',
      states: { running: 'Laufend', ended: 'Beendet', all: 'Laufend und beendet' },
      reason: 'Grund',
      period: 'Begonnen',
      running: 'Läuft',
      current: 'Diese Sitzung',
      unknown: 'Unbekanntes Gerät',
      end: 'Beenden',
      endOne: (username, device) => `Die Sitzung von ${username} auf ${device} beenden`,
      ended: 'Die Sitzung ist beendet.',
      endMatching: 'Alle passenden beenden',
      endMatchingTitle: 'Alle passenden laufenden Sitzungen beenden?',
      endMatchingLead:
        'Die Menschen müssen sich neu anmelden. Deine eigene Sitzung und die von Konten mit mehr Rechten laufen weiter.',
      endAllLead:
        'Es ist kein Filter gesetzt: Das beendet die Sitzungen aller Konten. Die Menschen müssen sich neu anmelden. Deine eigene Sitzung läuft weiter.',
      endMatchingAction: 'Sitzungen beenden',
      progress: (count) => `Bisher ${count} beendet …`,
      endedMany: (count, failed) =>
        `${count === 1 ? 'Eine Sitzung wurde beendet' : `${count} Sitzungen wurden beendet`}${failed > 0 ? `; ${failed} gehören zu Konten mit mehr Rechten` : ''}.`,
      empty: 'Niemand ist angemeldet',
    },
  },
)
