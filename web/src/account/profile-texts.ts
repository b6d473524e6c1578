import { catalogue } from '../texts/catalogue.ts'

export const profileTexts = catalogue(
  {
    title: 'Profile',
    lead: 'Your name and how to reach you.',
    username: 'User name',
    usernameHint: 'Only an administrator can change it.',
    firstName: 'First name',
    lastName: 'Last name',
    phone: 'Phone number',
    languageHint: 'For these pages and for emails to you.',
    languageOfBrowser: 'Same as the browser',
    since: 'Member since',
  },
  {
    de: {
      title: 'Profil',
      lead: 'Dein Name und wie man dich erreicht.',
      username: 'Benutzername',
      usernameHint: 'Nur die Administration kann ihn ändern.',
      firstName: 'Vorname',
      lastName: 'Nachname',
      phone: 'Telefonnummer',
      languageHint: 'Für diese Seiten und für Mails an dich.',
      languageOfBrowser: 'Wie im Browser',
      since: 'Dabei seit',
    },
  },
)
