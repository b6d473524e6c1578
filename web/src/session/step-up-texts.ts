import { catalogue } from '../texts/catalogue.ts'

export const stepUpTexts = catalogue(
  {
    title: 'Confirm that it is you',
    lead: 'You signed in a while ago, and this change needs a recent proof. Afterwards it goes through by itself.',
    password: 'Your password',
    action: 'Confirm',
  },
  {
    de: {
      title: 'Bestätige, dass du es bist',
      lead: 'Deine Anmeldung ist eine Weile her, und diese Änderung braucht einen frischen Nachweis. Danach geht es von selbst weiter.',
      password: 'Dein Passwort',
      action: 'Bestätigen',
    },
  },
)
