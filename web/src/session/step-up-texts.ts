import { catalogue } from '../texts/catalogue.ts'

export const stepUpTexts = catalogue(
  {
    title: 'Confirm that it is you',
    lead: 'This change needs a fresh proof that it is you. Afterwards it goes through by itself.',
    password: 'Your password',
    action: 'Confirm',
  },
  {
    de: {
      title: 'Bestätige, dass du es bist',
      lead: 'Diese Änderung braucht einen frischen Nachweis, dass du es bist. Danach geht es von selbst weiter.',
      password: 'Dein Passwort',
      action: 'Bestätigen',
    },
  },
)
