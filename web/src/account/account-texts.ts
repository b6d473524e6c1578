import { catalogue } from '../texts/catalogue.ts'

export const accountTexts = catalogue(
  {
    title: 'My account',
    nav: { profile: 'Profile', security: 'Security', sessions: 'Devices', activity: 'Activity', data: 'My data' },
    navLabel: 'Account',
    signOut: 'Sign out',
    admin: 'Administration',
    unconfirmed: (email: string) => `Confirm your email address ${email}. The link is in the email we sent you.`,
    sendAgain: 'Send the email again',
    sentAgain: 'The email is on its way.',
    save: 'Save changes',
    saved: 'Saved.',
  },
  {
    de: {
      title: 'Mein Konto',
      nav: {
        profile: 'Profil',
        security: 'Sicherheit',
        sessions: 'Geräte',
        activity: 'Aktivität',
        data: 'Meine Daten',
      },
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
