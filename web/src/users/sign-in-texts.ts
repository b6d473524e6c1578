import { catalogue } from '../texts/catalogue.ts'

/** How a user signs in: password and mailed links. */
export const userSignInTexts = catalogue(
  {
    password: {
      title: 'Password',
      has: 'A password is set.',
      hasNot: 'No password is set. Nobody can sign in with one until you set it or the owner uses a mailed link.',
      set: 'Set a password',
      setTitle: (name: string) => `Set a password for ${name}`,
      setLead: 'All sessions of the account end. Pass the password to the owner in a safe way.',
      newPassword: 'New password',
      setDone: 'The password is set, and all sessions ended.',
      mailLink: 'Mail a link to set a new one',
      mailLinkTitle: (email: string) => `Mail a link to ${email}?`,
      mailLinkLead: 'Nothing changes until the owner uses the link.',
      mailLinkDone: 'The link is on its way.',
      send: 'Send the link',
      remove: 'Remove the password',
      removeTitle: (name: string) => `Remove the password of ${name}?`,
      removeLead:
        'All sessions end, and the password stops working at once. A link to set a new one is mailed to the owner.',
      removeLeadNoMail:
        'All sessions end, and the password stops working at once. No mail can be sent to the owner, so set a new password afterwards.',
      removeDone: 'The password is removed, and all sessions ended.',
    },
    links: {
      title: 'One-time links',
      lead: 'Links that were mailed and not used yet. The secrets in them are not stored.',
      empty: 'There are no open links.',
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
          'Kein Passwort ist gesetzt. Niemand kann sich damit anmelden, bis du eines setzt oder der Besitzer einen Link aus einer Mail benutzt.',
        set: 'Passwort setzen',
        setTitle: (name) => `Passwort für ${name} setzen`,
        setLead: 'Alle Sitzungen des Kontos enden. Gib das Passwort auf einem sicheren Weg weiter.',
        newPassword: 'Neues Passwort',
        setDone: 'Das Passwort ist gesetzt, und alle Sitzungen sind beendet.',
        mailLink: 'Link für ein neues senden',
        mailLinkTitle: (email) => `Einen Link an ${email} senden?`,
        mailLinkLead: 'Bis der Besitzer den Link benutzt, ändert sich nichts.',
        mailLinkDone: 'Der Link ist unterwegs.',
        send: 'Link senden',
        remove: 'Passwort entfernen',
        removeTitle: (name) => `Das Passwort von ${name} entfernen?`,
        removeLead:
          'Alle Sitzungen enden, und das Passwort gilt sofort nicht mehr. Der Besitzer bekommt eine Mail mit einem Link für ein neues.',
        removeLeadNoMail:
          'Alle Sitzungen enden, und das Passwort gilt sofort nicht mehr. Dem Besitzer kann keine Mail geschickt werden; setze danach ein neues Passwort.',
        removeDone: 'Das Passwort ist entfernt, und alle Sitzungen sind beendet.',
      },
      links: {
        title: 'Einmal-Links',
        lead: 'Links, die gesendet und noch nicht benutzt wurden. Die Geheimnisse darin werden nicht gespeichert.',
        empty: 'Es gibt keine offenen Links.',
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
