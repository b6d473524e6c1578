import { catalogue } from '../texts/catalogue.ts'

export const dataTexts = catalogue(
  {
    title: 'My data',
    lead: 'Take a copy of it with you, or leave.',
    export: {
      title: 'Export',
      lead: 'One file with everything that is held about you: profile, sessions, events and mails. Passwords are not in it.',
      action: 'Download my data',
      file: 'my-data',
    },
    delete: {
      title: 'Delete account',
      lead: 'Your account, its sessions and your profile are deleted for good. This cannot be undone.',
      open: 'Delete my account',
      confirmTitle: 'Delete your account for good?',
      confirmLead: 'You will be signed out everywhere. Nobody can bring the account back.',
      password: 'Your password',
      action: 'Delete for good',
      cancel: 'Keep my account',
    },
  },
  {
    de: {
      title: 'Meine Daten',
      lead: 'Nimm eine Kopie davon mit, oder geh.',
      export: {
        title: 'Export',
        lead: 'Eine Datei mit allem, was über dich gespeichert ist: Profil, Sitzungen, Ereignisse und Mails. Passwörter sind nicht dabei.',
        action: 'Meine Daten herunterladen',
        file: 'meine-daten',
      },
      delete: {
        title: 'Konto löschen',
        lead: 'Dein Konto, seine Sitzungen und dein Profil werden endgültig gelöscht. Das lässt sich nicht rückgängig machen.',
        open: 'Mein Konto löschen',
        confirmTitle: 'Dein Konto endgültig löschen?',
        confirmLead: 'Du wirst überall abgemeldet. Niemand kann das Konto zurückholen.',
        password: 'Dein Passwort',
        action: 'Endgültig löschen',
        cancel: 'Konto behalten',
      },
    },
  },
)
