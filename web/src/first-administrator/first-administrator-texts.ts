import { catalogue } from '../texts/catalogue.ts'

export const firstAdministratorTexts = catalogue(
  {
    title: 'Create the first administrator',
    lead: 'This account can do everything. The link works once.',
    username: 'User name',
    email: 'Email address',
    password: 'Password',
    action: 'Create administrator',
    incomplete: 'This link is not complete',
    incompleteLead: 'Copy the whole link from the server log.',
    used: 'This link has been used or has expired. Restart the server to get a new one. It prints one as long as there is no administrator.',
  },
  {
    de: {
      title: 'Das erste Administrationskonto anlegen',
      lead: 'Dieses Konto darf alles. Der Link gilt nur einmal.',
      username: 'Benutzername',
      email: 'E-Mail-Adresse',
      password: 'Passwort',
      action: 'Konto anlegen',
      incomplete: 'Dieser Link ist nicht vollständig',
      incompleteLead: 'Kopiere den ganzen Link aus dem Log des Servers.',
      used: 'Dieser Link wurde benutzt oder ist abgelaufen. Starte den Server neu: Er gibt dann einen neuen aus, solange es kein Administrationskonto gibt.',
    },
  },
)
