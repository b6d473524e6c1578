import type { LoginKind } from '../site/site.ts'
import { catalogue } from '../texts/catalogue.ts'

export const signInTexts = catalogue(
  {
    title: 'Sign in',
    action: 'Sign in',
    identifier: (kinds: readonly LoginKind[]) => {
      const text = kinds.map((kind) => ({ username: 'user name', email: 'email address', phone: 'phone number' })[kind])
      const either = [text.slice(0, -1).join(', '), ...text.slice(-1)].filter((part) => part !== '').join(' or ')
      return either.charAt(0).toUpperCase() + either.slice(1)
    },
    password: 'Password',
    forgotten: 'Forgot your password?',
    newHere: 'New here?',
    createAccount: 'Create an account',
    sendAgain: 'Send the mail again',
    signedInAgain: 'Sign in to continue.',
  },
  {
    de: {
      title: 'Anmelden',
      action: 'Anmelden',
      identifier: (kinds) => {
        const text = kinds.map(
          (kind) => ({ username: 'Benutzername', email: 'E-Mail-Adresse', phone: 'Telefonnummer' })[kind],
        )
        return [text.slice(0, -1).join(', '), ...text.slice(-1)].filter((part) => part !== '').join(' oder ')
      },
      password: 'Passwort',
      forgotten: 'Passwort vergessen?',
      newHere: 'Neu hier?',
      createAccount: 'Konto anlegen',
      sendAgain: 'Mail noch einmal senden',
      signedInAgain: 'Melde dich an, um fortzufahren.',
    },
  },
)
