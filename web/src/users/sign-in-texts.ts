import { catalogue } from '../texts/catalogue.ts'

/** How a user signs in: password and mailed links. */
export const userSignInTexts = catalogue(
  {
    password: {
      title: 'Password',
      has: 'A password is set.',
      hasNot: 'No password is set. The user can set one with an emailed link, or you can set it here.',
      set: 'Set a password',
      setTitle: (name: string) => `Set a password for ${name}`,
      setLead: 'All sessions of the account end. Give the password to the owner in a safe way.',
      newPassword: 'New password',
      setDone: 'The password is set, and all sessions ended.',
      mailLink: 'Email a link to set a new one',
      mailLinkTitle: (email: string) => `Email a link to ${email}?`,
      mailLinkLead: 'Nothing changes until the owner uses the link.',
      mailLinkDone: 'The link is on its way.',
      send: 'Send the link',
      remove: 'Remove the password',
      removeTitle: (name: string) => `Remove the password of ${name}?`,
      removeLead:
        'All sessions end, and the password stops working at once. The owner gets an email with a link to set a new one.',
      removeLeadNoMail:
        'All sessions end, and the password stops working at once. The owner cannot get an email, so set a new password afterwards.',
      removeDone: 'The password is removed, and all sessions ended.',
    },
    links: {
      title: 'One-time links',
      lead: 'Links that were sent by email and not used yet. The secrets in them are not stored.',
      empty: 'There are no unused links.',
      purpose: 'For',
      email: 'Sent to',
      created: 'Sent',
      expires: 'Expires',
      state: 'State',
      states: { valid: 'Valid', expired: 'Expired', void: 'Void' },
      voidHint: 'The account changed after this link was sent, so it no longer works.',
      purposes: {
        'password-reset': 'New password',
        'email-verification': 'Confirm the address',
        'email-change': 'Change of address',
        invitation: 'Invitation',
      },
    },
  },
  {
    de: {
      password: {
        title: 'Passwort',
        has: 'Ein Passwort ist gesetzt.',
        hasNot:
          'Kein Passwort ist gesetzt. Die Person kann mit einem Link aus einer Mail eines setzen, oder du setzt es hier.',
        set: 'Passwort setzen',
        setTitle: (name) => `Passwort für ${name} setzen`,
        setLead: 'Alle Sitzungen des Kontos enden. Gib das Passwort auf einem sicheren Weg weiter.',
        newPassword: 'Neues Passwort',
        setDone: 'Das Passwort ist gesetzt, und alle Sitzungen sind beendet.',
        mailLink: 'Link für ein neues senden',
        mailLinkTitle: (email) => `Einen Link an ${email} senden?`,
        mailLinkLead: 'Bis die Person den Link benutzt, ändert sich nichts.',
        mailLinkDone: 'Der Link ist unterwegs.',
        send: 'Link senden',
        remove: 'Passwort entfernen',
        removeTitle: (name) => `Das Passwort von ${name} entfernen?`,
        removeLead:
          'Alle Sitzungen enden, und das Passwort gilt sofort nicht mehr. Die Person bekommt eine Mail mit einem Link für ein neues.',
        removeLeadNoMail:
          'Alle Sitzungen enden, und das Passwort gilt sofort nicht mehr. Die Person kann keine Mail bekommen; setze danach ein neues Passwort.',
        removeDone: 'Das Passwort ist entfernt, und alle Sitzungen sind beendet.',
      },
      links: {
        title: 'Einmal-Links',
        lead: 'Links, die gesendet und noch nicht benutzt wurden. Die Geheimnisse darin werden nicht gespeichert.',
        empty: 'Es gibt keine unbenutzten Links.',
        purpose: 'Wofür',
        email: 'Gesendet an',
        created: 'Gesendet',
        expires: 'Läuft ab',
        state: 'Status',
        states: { valid: 'Gültig', expired: 'Abgelaufen', void: 'Ungültig' },
        voidHint: 'Das Konto hat sich geändert, nachdem dieser Link gesendet wurde. Er wirkt nicht mehr.',
        purposes: {
          'password-reset': 'Neues Passwort',
          'email-verification': 'Adresse bestätigen',
          'email-change': 'Änderung der Adresse',
          invitation: 'Einladung',
        },
      },
    },
  },
)
