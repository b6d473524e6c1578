import { catalogue } from '../texts/catalogue.ts'

export const startTexts = catalogue(
  {
    title: (name: string) => `Welcome to ${name}`,
    signIn: 'Sign in',
    account: 'My account',
    admin: 'Administration',
    development:
      'This page is shown in development only. In production, this address leads to sign-in or to the account.',
    reference: 'API reference',
    referenceLead: 'Every endpoint, to read and to try',
    mailbox: 'Mailbox',
    mailboxLead: 'The emails that would have been sent',
    manual: 'Manual',
    manualLead: 'Settings, commands and how things work',
  },
  {
    de: {
      title: (name) => `Willkommen bei ${name}`,
      signIn: 'Anmelden',
      account: 'Mein Konto',
      admin: 'Administration',
      development:
        'Diese Seite gibt es nur in der Entwicklung. Im Betrieb führt diese Adresse zur Anmeldung oder zum Konto.',
      reference: 'API-Referenz',
      referenceLead: 'Alle Endpunkte, zum Lesen und Ausprobieren',
      mailbox: 'Postfach',
      mailboxLead: 'Die Mails, die gesendet worden wären',
      manual: 'Handbuch',
      manualLead: 'Einstellungen, Befehle und wie alles funktioniert',
    },
  },
)
