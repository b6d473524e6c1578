import { catalogue } from '../texts/catalogue.ts'

export const newUserTexts = catalogue(
  {
    title: 'New user',
    withPassword: 'Set a password now',
    withPasswordHint: 'Without one, nobody can sign in until one is set or the owner uses a mailed link.',
    password: 'Password',
    action: 'Create user',
    another: 'Create and add another',
    created: (name: string) => `${name} has an account now.`,
  },
  {
    de: {
      title: 'Neuer Benutzer',
      withPassword: 'Jetzt ein Passwort setzen',
      withPasswordHint:
        'Ohne Passwort kann sich niemand anmelden, bis eines gesetzt wird oder der Besitzer einen Link aus einer Mail benutzt.',
      password: 'Passwort',
      action: 'Benutzer anlegen',
      another: 'Anlegen und noch einen',
      created: (name) => `${name} hat jetzt ein Konto.`,
    },
  },
)
