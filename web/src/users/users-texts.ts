import { catalogue } from '../texts/catalogue.ts'

/** The list of users. */
export const usersTexts = catalogue(
  {
    title: 'Users',
    lead: 'Everybody who has an account.',
    search: 'Search by name, address, phone number or id',
    columns: {
      name: 'Name',
      email: 'Address',
      created: 'Created',
      lastLogin: 'Last sign-in',
      role: 'Role',
      state: 'State',
    },
    never: 'never',
    role: 'Role',
    roles: { superuser: 'Superuser', staff: 'Staff' },
    state: 'State',
    active: 'Active',
    inactive: 'Deactivated',
    unconfirmed: 'not confirmed',
    empty: 'There are no users yet',
  },
  {
    de: {
      title: 'Benutzer',
      lead: 'Alle, die ein Konto haben.',
      search: 'Nach Name, Adresse, Telefonnummer oder Nummer suchen',
      columns: {
        name: 'Name',
        email: 'Adresse',
        created: 'Angelegt',
        lastLogin: 'Letzte Anmeldung',
        role: 'Rolle',
        state: 'Zustand',
      },
      never: 'nie',
      role: 'Rolle',
      roles: { superuser: 'Superuser', staff: 'Team' },
      state: 'Zustand',
      active: 'Aktiv',
      inactive: 'Deaktiviert',
      unconfirmed: 'nicht bestätigt',
      empty: 'Noch gibt es keine Benutzer',
    },
  },
)
