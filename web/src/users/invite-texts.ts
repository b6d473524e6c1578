import { catalogue } from '../texts/catalogue.ts'

export const inviteTexts = catalogue(
  {
    title: 'Invite somebody',
    lead: 'They get an email with a link to create their own account. The link works for a week.',
    email: 'Email address',
    locale: 'Language of the email',
    action: 'Send the invitation',
    sent: (email: string) => `The invitation to ${email} is on its way.`,
    noMail: 'This server sends no email. Create the account yourself instead.',
    closed: 'Nobody can create an account here, not even with an invitation (REGISTRATION=closed).',
  },
  {
    de: {
      title: 'Jemanden einladen',
      lead: 'Die Person bekommt eine Mail mit einem Link, um ihr Konto anzulegen. Der Link gilt eine Woche.',
      email: 'E-Mail-Adresse',
      locale: 'Sprache der Mail',
      action: 'Einladung senden',
      sent: (email) => `Die Einladung an ${email} ist unterwegs.`,
      noMail: 'Dieser Server sendet keine Mails. Lege das Konto stattdessen selbst an.',
      closed: 'Hier kann niemand ein Konto anlegen, auch nicht mit einer Einladung (REGISTRATION=closed).',
    },
  },
)
