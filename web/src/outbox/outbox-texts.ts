import { catalogue } from '../texts/catalogue.ts'

export const outboxTexts = catalogue(
  {
    title: 'Mail',
    lead: 'Mail that waits, and what became of it in the last 30 days. Nobody can read its text here.',
    columns: { to: 'To', kind: 'Message', state: 'State', queued: 'Written', attempts: 'Attempts', actions: 'Actions' },
    state: 'State',
    states: { pending: 'Waiting', delivered: 'Sent', given_up: 'Given up' },
    kind: 'Message',
    kinds: {
      'email-verification': 'Confirm the address',
      'password-reset': 'New password',
      'email-change': 'New address',
      invitation: 'Invitation',
      'password-changed': 'Password changed',
      'email-change-asked': 'Address is about to change',
      'email-changed': 'Address changed',
      'new-device': 'New device',
      'sessions-ended': 'Session ended',
    },
    nextAttempt: 'next attempt',
    failing: 'Mail cannot be sent',
    retryAll: 'Send all waiting mail now',
    retriedAll: (count: number) =>
      count === 0
        ? 'What waits is tried within a minute.'
        : count === 1
          ? 'One mail is on its way.'
          : `${count} mails are on their way.`,
    retry: 'Send now',
    retryOne: (to: string) => `Send now: the mail to ${to}`,
    retried: 'The mail is tried now.',
    drop: 'Drop',
    dropOne: (to: string) => `Drop the mail to ${to}`,
    dropTitle: 'Drop this mail?',
    dropLead: (to: string) => `The mail to ${to} is not sent, and its links are never seen by anybody.`,
    dropAction: 'Drop the mail',
    dropped: 'The mail is dropped.',
    empty: 'There is no mail',
  },
  {
    de: {
      title: 'Mails',
      lead: 'Mails, die warten, und was in den letzten 30 Tagen aus ihnen wurde. Ihren Text kann hier niemand lesen.',
      columns: {
        to: 'An',
        kind: 'Nachricht',
        state: 'Zustand',
        queued: 'Geschrieben',
        attempts: 'Versuche',
        actions: 'Aktionen',
      },
      state: 'Zustand',
      states: { pending: 'Wartet', delivered: 'Gesendet', given_up: 'Aufgegeben' },
      kind: 'Nachricht',
      kinds: {
        'email-verification': 'Adresse bestätigen',
        'password-reset': 'Neues Passwort',
        'email-change': 'Neue Adresse',
        invitation: 'Einladung',
        'password-changed': 'Passwort geändert',
        'email-change-asked': 'Adresse wird geändert',
        'email-changed': 'Adresse geändert',
        'new-device': 'Neues Gerät',
        'sessions-ended': 'Sitzung beendet',
      },
      nextAttempt: 'nächster Versuch',
      failing: 'Mails können nicht gesendet werden',
      retryAll: 'Alle wartenden Mails jetzt senden',
      retriedAll: (count) =>
        count === 0
          ? 'Was wartet, wird innerhalb einer Minute versucht.'
          : count === 1
            ? 'Eine Mail ist unterwegs.'
            : `${count} Mails sind unterwegs.`,
      retry: 'Jetzt senden',
      retryOne: (to) => `Die Mail an ${to} jetzt senden`,
      retried: 'Die Mail wird jetzt versucht.',
      drop: 'Verwerfen',
      dropOne: (to) => `Die Mail an ${to} verwerfen`,
      dropTitle: 'Diese Mail verwerfen?',
      dropLead: (to) => `Die Mail an ${to} wird nicht gesendet, und niemand sieht je ihre Links.`,
      dropAction: 'Mail verwerfen',
      dropped: 'Die Mail ist verworfen.',
      empty: 'Es gibt keine Mails',
    },
  },
)
