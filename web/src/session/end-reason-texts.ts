import { catalogue } from '../texts/catalogue.ts'

/** Why a session ended, for the person whose session it was. */
export const endReasonTexts = catalogue(
  {
    logout: 'You signed out.',
    logged_out_elsewhere: 'You ended this session from another device.',
    password_changed: 'Your password was changed, so this session was ended. Sign in with the new password.',
    password_reset: 'Your password was reset, so all sessions were ended. Sign in with the new password.',
    replayed:
      'This session was ended to protect your account: its key was used twice, and one of the two may not have been you.',
    administrator: 'An administrator ended this session.',
    idle: 'You were away for a while, so the session was ended.',
    expired: 'The session reached its maximum length.',
    deactivated: 'This account was deactivated. Contact the operator if you did not expect this.',
    deleted: 'This account was deleted.',
    key_retired: 'The server replaced its keys, so everybody has to sign in again.',
    too_many_sessions: 'You signed in on too many devices, so the session that was unused for longest was ended.',
    token_revoked: 'This session was ended.',
  },
  {
    de: {
      logout: 'Du hast dich abgemeldet.',
      logged_out_elsewhere: 'Du hast diese Sitzung von einem anderen Gerät aus beendet.',
      password_changed:
        'Dein Passwort wurde geändert und diese Sitzung deshalb beendet. Melde dich mit dem neuen Passwort an.',
      password_reset:
        'Dein Passwort wurde zurückgesetzt und alle Sitzungen wurden beendet. Melde dich mit dem neuen Passwort an.',
      replayed:
        'Diese Sitzung wurde zum Schutz deines Kontos beendet: Ihr Schlüssel wurde zweimal benutzt, und einmal warst das vielleicht nicht du.',
      administrator: 'Die Administration hat diese Sitzung beendet.',
      idle: 'Du warst eine Weile fort, deshalb wurde die Sitzung beendet.',
      expired: 'Die Sitzung hat ihre längste Dauer erreicht.',
      deactivated: 'Dieses Konto wurde deaktiviert. Wende dich an den Betreiber, wenn du das nicht erwartet hast.',
      deleted: 'Dieses Konto wurde gelöscht.',
      key_retired: 'Der Server hat seine Schlüssel ersetzt, deshalb müssen sich alle neu anmelden.',
      too_many_sessions:
        'Du hast dich auf zu vielen Geräten angemeldet, deshalb wurde die Sitzung beendet, die am längsten unbenutzt war.',
      token_revoked: 'Diese Sitzung wurde beendet.',
    },
  },
)

type EndReason = keyof (typeof endReasonTexts)['en']

export function isEndReason(code: string | undefined): code is EndReason {
  return code !== undefined && Object.hasOwn(endReasonTexts.en, code)
}
