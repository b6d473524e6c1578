import { catalogue } from '../texts/catalogue.ts'

export const stepUpTexts = catalogue(
  {
    title: 'Sign in again',
    lead: 'You signed in a while ago, and this change needs a recent sign-in. Afterwards it goes through by itself.',
    cancel: 'Cancel',
  },
  {
    de: {
      title: 'Noch einmal anmelden',
      lead: 'Deine Anmeldung ist eine Weile her, und für diese Änderung muss sie frisch sein. Danach geht es von selbst weiter.',
      cancel: 'Abbrechen',
    },
  },
)
