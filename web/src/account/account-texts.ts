import { catalogue } from '../texts/catalogue.ts'

export const accountTexts = catalogue(
  {
    title: 'My account',
    nav: { profile: 'Profile', security: 'Sign-in', sessions: 'Devices', activity: 'Activity', data: 'My data' },
    navLabel: 'Account',
    signOut: 'Sign out',
    admin: 'Administration',
    unconfirmed: (email: string) => `Confirm your email address ${email}. The link is in the mail we sent you.`,
    sendAgain: 'Send the mail again',
    sentAgain: 'The mail is on its way.',
    save: 'Save changes',
    saved: 'Saved.',
  },
  {
    de: {
      title: 'Mein Konto',
      nav: { profile: 'Profil', security: 'Anmeldung', sessions: 'Geräte', activity: 'Aktivität', data: 'Meine Daten' },
      navLabel: 'Konto',
      signOut: 'Abmelden',
      admin: 'Administration',
      unconfirmed: (email) =>
        `Bestätige deine E-Mail-Adresse ${email}. Der Link ist in der Mail, die wir dir geschickt haben.`,
      sendAgain: 'Mail noch einmal senden',
      sentAgain: 'Die Mail ist unterwegs.',
      save: 'Änderungen speichern',
      saved: 'Gespeichert.',
    },
  },
)
