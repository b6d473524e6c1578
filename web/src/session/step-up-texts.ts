import { catalogue } from '../texts/catalogue.ts'

export const stepUpTexts = catalogue(
  {
    title: 'Confirm that it is you',
    lead: 'To protect this account, confirm that it is you. Your change is then made.',
    password: 'Your password',
    action: 'Confirm',
  },
  {
    de: {
      title: 'Bestätige, dass du es bist',
      lead: 'Bestätige zum Schutz dieses Kontos, dass du es bist. Deine Änderung wird dann ausgeführt.',
      password: 'Dein Passwort',
      action: 'Bestätigen',
    },
  },
)
