import { catalogue } from '../texts/catalogue.ts'

export const stepUpTexts = catalogue(
  {
    title: 'Confirm that it is you',
    lead: 'To protect your account, confirm that it is you. Then your change goes ahead.',
    password: 'Your password',
    action: 'Confirm',
  },
  {
    de: {
      title: 'Bestätige, dass du es bist',
      lead: 'Bestätige zum Schutz deines Kontos, dass du es bist. Danach wird deine Änderung ausgeführt.',
      password: 'Dein Passwort',
      action: 'Bestätigen',
    },
  },
)
