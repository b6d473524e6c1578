import { catalogue } from '../texts/catalogue.ts'

export const signedOutTexts = catalogue(
  {
    title: 'You are signed out',
    again: 'Sign in again',
    generic: 'Your session has ended.',
    deleted: 'Your account is deleted',
    deletedLead: 'This account was deleted. You are signed out on all your devices.',
    toSignIn: 'Go to sign-in',
  },
  {
    de: {
      title: 'Du bist abgemeldet',
      again: 'Erneut anmelden',
      generic: 'Deine Sitzung ist beendet.',
      deleted: 'Dein Konto ist gelöscht',
      deletedLead: 'Dieses Konto wurde gelöscht. Du bist auf allen deinen Geräten abgemeldet.',
      toSignIn: 'Zur Anmeldung',
    },
  },
)
