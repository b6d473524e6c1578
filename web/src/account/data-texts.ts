import { catalogue } from '../texts/catalogue.ts'

export const dataTexts = catalogue(
  {
    title: 'My data',
    lead: 'Download a copy of your data, or delete your account.',
    export: {
      title: 'Export',
      lead: 'One file with everything that we store about you: profile, sessions, events and emails. Your password is not in it.',
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
      lead: 'Lade eine Kopie deiner Daten herunter oder lösche dein Konto.',
      export: {
        title: 'Export',
        lead: 'Eine Datei mit allem, was über dich gespeichert ist: Profil, Sitzungen, Ereignisse und Mails. Dein Passwort ist nicht dabei.',
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
