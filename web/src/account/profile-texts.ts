import { catalogue } from '../texts/catalogue.ts'

export const profileTexts = catalogue(
  {
    title: 'Profile',
    lead: 'How others on this service know you.',
    username: 'User name',
    usernameHint: 'Only an administrator can change it.',
    firstName: 'First name',
    lastName: 'Last name',
    phone: 'Phone number',
    languageHint: 'For these pages and for mails to you.',
    languageOfBrowser: 'The language of the browser',
    since: 'Member since',
  },
  {
    de: {
      title: 'Profil',
      lead: 'So kennen dich andere auf diesem Dienst.',
      username: 'Benutzername',
      usernameHint: 'Nur die Administration kann ihn ändern.',
      firstName: 'Vorname',
      lastName: 'Nachname',
      phone: 'Telefonnummer',
      languageHint: 'Für diese Seiten und für Mails an dich.',
      languageOfBrowser: 'Die Sprache des Browsers',
      since: 'Dabei seit',
    },
  },
)
