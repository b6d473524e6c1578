import { catalogue } from '../texts/catalogue.ts'

export const securityTexts = catalogue(
  {
    title: 'Security',
    lead: 'What you sign in with, and where emails about your account go.',
    email: {
      title: 'Email address',
      none: 'You have not given an address. Without one you cannot reset a forgotten password.',
      confirmed: 'confirmed',
      unconfirmed: 'not confirmed yet',
      change: 'Change address',
      add: 'Add an address',
      fresh: 'New email address',
      password: 'Your password',
      send: 'Send the link',
      sent: (email: string) => `We sent a link to ${email}. Your address changes when you open it and confirm.`,
    },
    password: {
      title: 'Password',
      lead: 'When you change it, your other devices are signed out.',
      current: 'Current password',
      fresh: 'New password',
      forgotten: 'Forgot your password?',
      change: 'Change password',
      changed: 'Your password is changed. Your other devices were signed out.',
    },
  },
  {
    de: {
      title: 'Sicherheit',
      lead: 'Womit du dich anmeldest und wohin Mails zu deinem Konto gehen.',
      email: {
        title: 'E-Mail-Adresse',
        none: 'Du hast keine Adresse angegeben. Ohne sie kannst du ein vergessenes Passwort nicht zurücksetzen.',
        confirmed: 'bestätigt',
        unconfirmed: 'noch nicht bestätigt',
        change: 'Adresse ändern',
        add: 'Adresse angeben',
        fresh: 'Neue E-Mail-Adresse',
        password: 'Dein Passwort',
        send: 'Link senden',
        sent: (email) =>
          `Wir haben einen Link an ${email} geschickt. Deine Adresse ändert sich, wenn du ihn öffnest und bestätigst.`,
      },
      password: {
        title: 'Passwort',
        lead: 'Wenn du es änderst, werden deine anderen Geräte abgemeldet.',
        current: 'Aktuelles Passwort',
        fresh: 'Neues Passwort',
        forgotten: 'Passwort vergessen?',
        change: 'Passwort ändern',
        changed: 'Dein Passwort ist geändert. Deine anderen Geräte wurden abgemeldet.',
      },
    },
  },
)
