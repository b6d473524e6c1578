import { catalogue } from '../texts/catalogue.ts'

/** The frame of the administration. */
export const administrationTexts = catalogue(
  {
    title: 'Administration',
    navLabel: 'Administration',
    openMenu: 'Open the menu',
    closeMenu: 'Close the menu',
    account: 'My account',
    signOut: 'Sign out',
    superuser: 'Superuser',
    staff: 'Staff',
    nav: {
      overview: 'Overview',
      users: 'Users',
      groups: 'Groups',
    },
    navGroups: {
      people: 'People',
    },
    forbidden: 'Your account may not open this page',
    forbiddenNeeds: (permission: string) =>
      `It takes the permission ${permission}. A superuser can give it to you or to one of your groups.`,
    forbiddenSuperuser: 'Only superusers may open it.',
    notFound: 'This page does not exist',
    notFoundLead: 'The address may be mistyped, or what it showed was deleted.',
    toOverview: 'Go to the overview',
    dismiss: 'Dismiss',
    undo: 'Undo',
    undone: 'Undone.',
    notifications: 'Notifications',
  },
  {
    de: {
      title: 'Administration',
      navLabel: 'Administration',
      openMenu: 'Menü öffnen',
      closeMenu: 'Menü schließen',
      account: 'Mein Konto',
      signOut: 'Abmelden',
      superuser: 'Superuser',
      staff: 'Team',
      nav: {
        overview: 'Übersicht',
        users: 'Benutzer',
        groups: 'Gruppen',
      },
      navGroups: {
        people: 'Personen',
      },
      forbidden: 'Dein Konto darf diese Seite nicht öffnen',
      forbiddenNeeds: (permission) =>
        `Dafür braucht es die Berechtigung ${permission}. Ein Superuser kann sie dir oder einer deiner Gruppen geben.`,
      forbiddenSuperuser: 'Nur Superuser dürfen sie öffnen.',
      notFound: 'Diese Seite gibt es nicht',
      notFoundLead: 'Vielleicht ist die Adresse vertippt, oder das Gesuchte wurde gelöscht.',
      toOverview: 'Zur Übersicht',
      dismiss: 'Schließen',
      undo: 'Rückgängig',
      undone: 'Rückgängig gemacht.',
      notifications: 'Mitteilungen',
    },
  },
)
