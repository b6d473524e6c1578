import type { MessageTexts } from '../../../mail/message/composer.ts'

/** Notices to account owners. None contains a link, so that nobody learns to click on links in such mail. */
export const noticeMessages = {
  'password-changed': {
    en: `Subject: Your password was changed

The password of the account "{username}" at {service} was changed on {time}.

If this was not you, reset your password now, on the page where you usually log in. That logs out all devices.
`,
    de: `Subject: Dein Passwort wurde geändert

Das Passwort des Kontos „{username}“ bei {service} wurde geändert: {time}.

Wenn du das nicht warst, setze sofort ein neues: Fordere dort, wo du dich sonst anmeldest, ein neues Passwort an.
Damit werden alle Geräte abgemeldet.
`,
  },
  'email-change-asked': {
    en: `Subject: Your email address is about to change

On {time}, someone who knows the password of the account "{username}" at {service} asked to change its email address to
{new_address}. The address changes as soon as they confirm the new one.

If this was not you, change your password now. That stops the change.
`,
    de: `Subject: Deine E-Mail-Adresse soll geändert werden

Jemand, der das Passwort des Kontos „{username}“ bei {service} kennt, möchte dessen E-Mail-Adresse in {new_address} ändern:
{time}. Das geschieht, sobald jene Adresse bestätigt ist.

Wenn du das nicht warst, ändere jetzt dein Passwort: Damit ist es aufgehalten.
`,
  },
  'email-changed': {
    en: `Subject: Your email address was changed

On {time}, the email address of the account "{username}" at {service} was changed to {new_address}. This is the last email
to the old address.

If this was not you, contact the operators of {service}.
`,
    de: `Subject: Deine E-Mail-Adresse wurde geändert

Die E-Mail-Adresse des Kontos „{username}“ bei {service} wurde in {new_address} geändert: {time}. Dies ist die letzte Mail
an die alte Adresse.

Wenn du das nicht warst, wende dich an die Betreiber von {service}.
`,
  },
  'new-device': {
    en: `Subject: New login to your account

Someone logged in to the account "{username}" at {service} from a new device.

When: {time}
Device: {device}
Address: {client_address}

If this was not you, change your password now. That logs out all other devices.
`,
    de: `Subject: Neue Anmeldung an deinem Konto

Am Konto „{username}“ bei {service} hat sich jemand von einem Gerät angemeldet, das noch nicht bekannt war.

Wann: {time}
Gerät: {device}
Adresse: {client_address}

Wenn du das nicht warst, ändere jetzt dein Passwort: Damit werden alle anderen Geräte abgemeldet.
`,
  },
  'sessions-ended': {
    en: `Subject: You were logged out on one device

On {time}, {service} logged the account "{username}" out on one device. The device presented a login token that had already
been used. Either someone copied the token, or an app on the device made a mistake.

Last used by: {device}
Address: {client_address}

Log in again on that device. If this happens again, or you do not recognise the device, change your password.
`,
    de: `Subject: Du wurdest auf einem Gerät abgemeldet

Eine Sitzung des Kontos „{username}“ bei {service} wurde beendet, weil eines ihrer Tokens zweimal benutzt wurde: {time}.
Entweder hat jemand das Token kopiert, oder eine App auf dem Gerät hat einen Fehler gemacht.

Zuletzt benutzt von: {device}
Adresse: {client_address}

Melde dich auf diesem Gerät neu an. Wenn es wieder geschieht oder du das Gerät nicht kennst, ändere dein Passwort.
`,
  },
  'factor-added': {
    en: `Subject: A sign-in factor was added

On {time}, this was added to the account "{username}" at {service}: {factor}.

If this was not you, change your password now, and remove the factors that you do not recognise on the security page of
your account.
`,
    de: `Subject: Ein Anmeldefaktor wurde hinzugefügt

Zum Konto „{username}“ bei {service} wurde etwas hinzugefügt, womit du dich ausweisen kannst: {factor}. Zeitpunkt: {time}.

Wenn du das nicht warst, ändere jetzt dein Passwort und entferne auf der Sicherheitsseite deines Kontos, was du nicht
kennst.
`,
  },
  'factor-removed': {
    en: `Subject: A sign-in factor was removed

On {time}, this was removed from the account "{username}" at {service}: {factor}.

If this was not you, change your password now, and contact the operators of {service}.
`,
    de: `Subject: Ein Anmeldefaktor wurde entfernt

Vom Konto „{username}“ bei {service} wurde entfernt: {factor}. Zeitpunkt: {time}.

Wenn du das nicht warst, ändere jetzt dein Passwort und wende dich an die Betreiber von {service}.
`,
  },
  'recovery-code-used': {
    en: `Subject: A recovery code was used

On {time}, someone used a recovery code of the account "{username}" at {service}. You have {left} left.

If this was not you, change your password now and create new recovery codes.
`,
    de: `Subject: Ein Wiederherstellungscode wurde benutzt

Für das Konto „{username}“ bei {service} wurde ein Wiederherstellungscode benutzt: {time}. Du hast noch {left}.

Wenn du das nicht warst, ändere jetzt dein Passwort und erstelle neue Codes.
`,
  },
  'recovery-codes-few': {
    en: `Subject: You are running out of recovery codes

On {time}, someone used a recovery code of the account "{username}" at {service}. You have {left} left. Create new ones on
the security page of your account.

If this was not you, change your password now.
`,
    de: `Subject: Deine Wiederherstellungscodes gehen zur Neige

Für das Konto „{username}“ bei {service} wurde ein Wiederherstellungscode benutzt: {time}. Du hast noch {left}. Erstelle
neue auf der Sicherheitsseite deines Kontos.

Wenn du das nicht warst, ändere jetzt dein Passwort.
`,
  },
  'recovery-asked': {
    en: `Subject: Someone is recovering your account

On {time}, an administrator of {service} began to restore access to the account "{username}", for someone who lost their second
factor. This takes effect on {effective}.

If you did not ask for this, log in and cancel it on the security page of your account, or contact the operators of {service}.
`,
    de: `Subject: Dein Konto wird wiederhergestellt

Die Verwaltung von {service} soll jemanden ohne zweiten Faktor in das Konto „{username}“ lassen: {time}. Das wird wirksam:
{effective}.

Wenn du nicht darum gebeten hast, melde dich an und brich es auf der Sicherheitsseite deines Kontos ab, oder wende
dich an die Betreiber von {service}.
`,
  },
  'login-code': {
    en: `Subject: Your code for {service}: {code}

The code for the account "{username}" at {service} is {code}

It works once, within {lifetime}. Type it only on the page where you asked for it, and tell it to nobody.

If you did not ask for it, ignore this email. Someone may know your password: change it if this happens again.
`,
    de: `Subject: Dein Code für {service}: {code}

Der Code für das Konto „{username}“ bei {service} lautet {code}

Er gilt einmal, innerhalb von {lifetime}. Gib ihn nur auf der Seite ein, auf der du ihn angefordert hast, und verrate
ihn niemandem.

Wenn du ihn nicht angefordert hast, ignoriere diese Mail. Vielleicht kennt jemand dein Passwort: Ändere es, wenn das
noch einmal geschieht.
`,
  },
} as const satisfies Record<string, MessageTexts>
