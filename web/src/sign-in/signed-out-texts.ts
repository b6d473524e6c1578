import { catalogue } from '../texts/catalogue.ts'

export const signedOutTexts = catalogue(
  { title: 'You are signed out', again: 'Sign in again', generic: 'Your session has ended.' },
  { de: { title: 'Du bist abgemeldet', again: 'Erneut anmelden', generic: 'Deine Sitzung ist beendet.' } },
)
