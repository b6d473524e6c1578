import { catalogue } from '../texts/catalogue.ts'

export const sessionsTexts = catalogue(
  {
    title: 'Devices',
    lead: 'Where you are signed in. If you do not recognise a session, end it and change your password.',
    current: 'This device',
    key: 'Key',
    from: (address: string) => `from ${address}`,
    lastSeen: 'last seen',
    since: 'signed in',
    end: 'End',
    endThis: (device: string) => `End the session on ${device}`,
    endOthers: 'Sign out all other devices',
    endOthersTitle: 'Sign out all other devices?',
    endOthersLead: 'They will have to sign in again. This device stays signed in.',
    confirm: 'Sign them out',
    ended: (count: number) => (count === 1 ? 'One session was ended.' : `${count} sessions were ended.`),
  },
  {
    de: {
      title: 'Geräte',
      lead: 'Hier bist du angemeldet. Wenn du eine Sitzung nicht kennst, beende sie und ändere dein Passwort.',
      current: 'Dieses Gerät',
      key: 'Schlüssel',
      from: (address) => `von ${address}`,
      lastSeen: 'zuletzt gesehen',
      since: 'angemeldet',
      end: 'Beenden',
      endThis: (device) => `Die Sitzung auf ${device} beenden`,
      endOthers: 'Alle anderen Geräte abmelden',
      endOthersTitle: 'Alle anderen Geräte abmelden?',
      endOthersLead: 'Sie müssen sich dann neu anmelden. Dieses Gerät bleibt angemeldet.',
      confirm: 'Abmelden',
      ended: (count) => (count === 1 ? 'Eine Sitzung wurde beendet.' : `${count} Sitzungen wurden beendet.`),
    },
  },
)
