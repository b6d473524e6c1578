import { catalogue } from '../texts/catalogue.ts'

export const newUserTexts = catalogue(
  {
    title: 'New user',
    withPassword: 'Set a password now',
    withPasswordHint:
      'Without one, the user can sign in only after setting one with an emailed link, or after you set it.',
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
        'Ohne Passwort kann sich die Person erst anmelden, wenn sie mit einem Link aus einer Mail eines gesetzt hat oder du eines setzt.',
      password: 'Passwort',
      action: 'Benutzer anlegen',
      another: 'Anlegen und noch einen',
      created: (name) => `${name} hat jetzt ein Konto.`,
    },
  },
)
