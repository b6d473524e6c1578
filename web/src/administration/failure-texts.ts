import { catalogue } from '../texts/catalogue.ts'

/** Why an email or an event was not delivered. The part in brackets comes from the server or the network. */
export const failureTexts = catalogue(
  {
    answered: (status: string) => `The receiver answered with status ${status}.`,
    tookTooLong: 'The receiver did not answer in time.',
    expired: 'It could not be delivered in time.',
    crowdedOut: 'Too many emails were waiting.',
    waitedTooLong: 'It waited for too long, or too much was waiting.',
    dropped: 'An administrator dropped it.',
    privateAddress: 'Events may not be sent to this network (WEBHOOK_ALLOW_PRIVATE).',
    refused: (detail: string) => `Nothing accepts connections there (${detail}).`,
    unknownHost: (detail: string) => `There is no such host (${detail}).`,
    unreachable: (detail: string) => `The host cannot be reached (${detail}).`,
    brokenOff: (detail: string) => `The connection broke off (${detail}).`,
    certificate: (detail: string) => `The certificate is not trusted (${detail}).`,
    credentials: (detail: string) => `The user name or password in MAIL_URL is wrong (${detail}).`,
  },
  {
    de: {
      answered: (status) => `Der Empfänger hat mit Status ${status} geantwortet.`,
      tookTooLong: 'Der Empfänger hat nicht rechtzeitig geantwortet.',
      expired: 'Die Zustellung gelang nicht rechtzeitig.',
      crowdedOut: 'Zu viele Mails haben gewartet.',
      waitedTooLong: 'Es hat zu lange gewartet, oder zu viel hat gewartet.',
      dropped: 'Von der Administration verworfen.',
      privateAddress: 'In dieses Netz dürfen keine Ereignisse gesendet werden (WEBHOOK_ALLOW_PRIVATE).',
      refused: (detail) => `Dort nimmt nichts Verbindungen an (${detail}).`,
      unknownHost: (detail) => `Diesen Host gibt es nicht (${detail}).`,
      unreachable: (detail) => `Der Host ist nicht erreichbar (${detail}).`,
      brokenOff: (detail) => `Die Verbindung ist abgebrochen (${detail}).`,
      certificate: (detail) => `Dem Zertifikat wird nicht vertraut (${detail}).`,
      credentials: (detail) => `Benutzername oder Passwort in MAIL_URL ist falsch (${detail}).`,
    },
  },
)
