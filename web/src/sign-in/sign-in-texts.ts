import { catalogue } from '../texts/catalogue.ts'

export const signInTexts = catalogue(
  {
    title: 'Sign in',
    secondStep: 'One more step',
    action: 'Sign in',
    identifier: { username: 'User name', email: 'Email address', phone: 'Phone number' },
    password: 'Password',
    forgotten: 'Forgot your password?',
    newHere: 'New here?',
    createAccount: 'Create an account',
    sendAgain: 'Send the email again',
  },
  {
    de: {
      title: 'Anmelden',
      secondStep: 'Noch ein Schritt',
      action: 'Anmelden',
      identifier: { username: 'Benutzername', email: 'E-Mail-Adresse', phone: 'Telefonnummer' },
      password: 'Passwort',
      forgotten: 'Passwort vergessen?',
      newHere: 'Neu hier?',
      createAccount: 'Konto anlegen',
      sendAgain: 'Mail noch einmal senden',
    },
  },
)
