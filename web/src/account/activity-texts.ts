import type { AuditEventName } from '@latchkey/client'
import { catalogue } from '../texts/catalogue.ts'

/** Events that concern no account, so they appear in nobody's own list. */
type OfNobody =
  | 'account.invited'
  | 'group.created'
  | 'group.changed'
  | 'group.deleted'
  | 'mail.all_retried'
  | 'import.finished'
  | 'export.written'
  | `bulk.${string}`
  | `webhook.${string}`
  | `key.${string}`

/** Every event of the reader's own account, in words. */
type OwnEventWords = Record<Exclude<AuditEventName, OfNobody>, string>

export const activityTexts = catalogue(
  {
    title: 'Activity',
    lead: 'What happened to your account. If you did not do something on this list, change your password.',
    empty: 'Nothing has happened yet',
    more: 'Show earlier events',
    from: (address: string, device: string) => (device === '' ? `from ${address}` : `${device}, from ${address}`),
    byAdministrator: 'by an administrator',
    byServer: 'by the server',
    byService: 'by a service',
    events: {
      'account.registered': 'Account created',
      'account.created': 'Account created',
      'account.changed': 'Profile changed',
      'account.activated': 'Account activated',
      'account.deactivated': 'Account deactivated',
      'account.deleted': 'Account deleted',
      'account.rights_changed': 'Administration rights changed',
      'account.permissions_changed': 'Permissions changed',
      'group.member_added': 'Added to a group',
      'group.member_removed': 'Removed from a group',
      'login.succeeded': 'Signed in',
      'login.failed': 'Sign-in failed',
      'session.ended': 'Session ended',
      'session.adopted': 'Session taken over from the previous server',
      'refresh.replayed': 'The key of a session was used twice',
      'password.changed': 'Password changed',
      'password.reset': 'Password reset by email',
      'password.removed': 'Password removed',
      'email.verified': 'Email address confirmed',
      'email.change_asked': 'Change of email address requested',
      'email.changed': 'Email address changed',
      'mail.dropped': 'An email to you was cancelled',
      'mail.retried': 'An email to you was sent again',
      'login.challenged': 'Password accepted, second factor requested',
      'session.proven': 'You confirmed that it was you',
      'factor.added': 'Second factor added',
      'factor.removed': 'Second factor removed',
      'recovery_code.used': 'Recovery code used',
      'recovery_code.issued': 'Recovery code issued for you',
      'recovery.asked': 'Recovery without your second factor requested',
      'recovery.cancelled': 'Recovery cancelled',
      'passkey.counter_regressed': 'One of your passkeys may have been copied',
      'device.trusted': 'Device trusted',
      'device.untrusted': 'Device no longer trusted',
      'limit.lifted': 'Limit on sign-ins lifted',
      'post.changed': 'Your post was changed',
      'post.deleted': 'Your post was deleted',
    } satisfies OwnEventWords,
  },
  {
    de: {
      title: 'Aktivität',
      lead: 'Was mit deinem Konto geschehen ist. Wenn du etwas davon nicht warst, ändere dein Passwort.',
      empty: 'Noch ist nichts geschehen',
      more: 'Frühere Ereignisse zeigen',
      from: (address, device) => (device === '' ? `von ${address}` : `${device}, von ${address}`),
      byAdministrator: 'durch die Administration',
      byServer: 'durch den Server',
      byService: 'durch einen Dienst',
      events: {
        'account.registered': 'Konto angelegt',
        'account.created': 'Konto angelegt',
        'account.changed': 'Profil geändert',
        'account.activated': 'Konto aktiviert',
        'account.deactivated': 'Konto deaktiviert',
        'account.deleted': 'Konto gelöscht',
        'account.rights_changed': 'Administrationsrechte geändert',
        'account.permissions_changed': 'Berechtigungen geändert',
        'group.member_added': 'In eine Gruppe aufgenommen',
        'group.member_removed': 'Aus einer Gruppe entfernt',
        'login.succeeded': 'Angemeldet',
        'login.failed': 'Anmeldung fehlgeschlagen',
        'session.ended': 'Sitzung beendet',
        'session.adopted': 'Sitzung vom bisherigen Server übernommen',
        'refresh.replayed': 'Der Schlüssel einer Sitzung wurde zweimal benutzt',
        'password.changed': 'Passwort geändert',
        'password.reset': 'Passwort per Mail zurückgesetzt',
        'password.removed': 'Passwort entfernt',
        'email.verified': 'E-Mail-Adresse bestätigt',
        'email.change_asked': 'Änderung der E-Mail-Adresse angefordert',
        'email.changed': 'E-Mail-Adresse geändert',
        'mail.dropped': 'Eine Mail an dich wurde verworfen',
        'mail.retried': 'Eine Mail an dich wurde noch einmal gesendet',
        'login.challenged': 'Passwort angenommen, zweiter Faktor angefordert',
        'session.proven': 'Du hast bestätigt, dass du es bist',
        'factor.added': 'Zweiter Faktor eingerichtet',
        'factor.removed': 'Zweiter Faktor entfernt',
        'recovery_code.used': 'Wiederherstellungscode benutzt',
        'recovery_code.issued': 'Wiederherstellungscode für dich ausgestellt',
        'recovery.asked': 'Wiederherstellung ohne deinen zweiten Faktor angefordert',
        'recovery.cancelled': 'Wiederherstellung abgebrochen',
        'passkey.counter_regressed': 'Einer deiner Passkeys wurde vielleicht kopiert',
        'device.trusted': 'Gerät als vertraut gespeichert',
        'device.untrusted': 'Gerät gilt nicht mehr als vertraut',
        'limit.lifted': 'Limit für Anmeldungen aufgehoben',
        'post.changed': 'Dein Beitrag wurde geändert',
        'post.deleted': 'Dein Beitrag wurde gelöscht',
      },
    },
  },
)
