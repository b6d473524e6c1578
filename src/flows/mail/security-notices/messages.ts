import type { MessageTexts } from '../../../mail/composer.ts'

/** Notices to account owners. None contains a link, so that nobody learns to click on links in such mail. */
export const noticeMessages = {
  'password-changed': {
    en: `Subject: Your password was changed

The password of the account "{username}" at {service} was changed on {time}.

If this was not you, reset your password now, on the page where you usually log in. That logs out all devices.
`,
    de: `Subject: Ihr Passwort wurde geändert

Das Passwort des Kontos „{username}“ bei {service} wurde geändert: {time}.

Wenn Sie das nicht waren, setzen Sie sofort ein neues: Fordern Sie dort, wo Sie sich sonst anmelden, ein neues Passwort an.
Damit werden alle Geräte abgemeldet.
`,
  },
  'email-change-asked': {
    en: `Subject: Your email address is about to change

On {time}, someone who knows the password of the account "{username}" at {service} asked to change its email address to
{new_address}. The address changes as soon as they confirm the new one.

If this was not you, change your password now. That stops the change.
`,
    de: `Subject: Ihre E-Mail-Adresse soll geändert werden

Jemand, der das Passwort des Kontos „{username}“ bei {service} kennt, möchte dessen E-Mail-Adresse in {new_address} ändern:
{time}. Das geschieht, sobald jene Adresse bestätigt ist.

Wenn Sie das nicht waren, ändern Sie jetzt Ihr Passwort: Damit ist es aufgehalten.
`,
  },
  'email-changed': {
    en: `Subject: Your email address was changed

On {time}, the email address of the account "{username}" at {service} was changed to {new_address}. This is the last mail
to the old address.

If this was not you, contact the operators of {service}.
`,
    de: `Subject: Ihre E-Mail-Adresse wurde geändert

Die E-Mail-Adresse des Kontos „{username}“ bei {service} wurde in {new_address} geändert: {time}. Dies ist die letzte Mail
an die alte Adresse.

Wenn Sie das nicht waren, wenden Sie sich an die Betreiber von {service}.
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
    de: `Subject: Neue Anmeldung an Ihrem Konto

Am Konto „{username}“ bei {service} hat sich jemand von einem Gerät angemeldet, das noch nicht bekannt war.

Wann: {time}
Gerät: {device}
Adresse: {client_address}

Wenn Sie das nicht waren, ändern Sie jetzt Ihr Passwort: Damit werden alle anderen Geräte abgemeldet.
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
    de: `Subject: Sie wurden auf einem Gerät abgemeldet

Eine Sitzung des Kontos „{username}“ bei {service} wurde beendet, weil eines ihrer Tokens zweimal benutzt wurde: {time}.
Entweder hat jemand das Token kopiert, oder eine App auf dem Gerät hat einen Fehler gemacht.

Zuletzt benutzt von: {device}
Adresse: {client_address}

Melden Sie sich auf diesem Gerät neu an. Wenn es wieder geschieht oder Sie das Gerät nicht kennen, ändern Sie Ihr Passwort.
`,
  },
  'factor-added': {
    en: `Subject: A way to prove it is you was added

On {time}, this was added to the account "{username}" at {service}: {factor}.

If this was not you, change your password now and remove what you do not know, on the security page of your account.
`,
    de: `Subject: Ein Anmeldefaktor wurde hinzugefügt

Zum Konto „{username}“ bei {service} wurde etwas hinzugefügt, womit Sie sich ausweisen können: {factor}. Zeitpunkt: {time}.

Wenn Sie das nicht waren, ändern Sie jetzt Ihr Passwort und entfernen Sie auf der Sicherheitsseite Ihres Kontos, was Sie nicht
kennen.
`,
  },
  'factor-removed': {
    en: `Subject: A way to prove it is you was removed

On {time}, this was removed from the account "{username}" at {service}: {factor}.

If this was not you, change your password now, and contact the operators of {service}.
`,
    de: `Subject: Ein Anmeldefaktor wurde entfernt

Vom Konto „{username}“ bei {service} wurde entfernt: {factor}. Zeitpunkt: {time}.

Wenn Sie das nicht waren, ändern Sie jetzt Ihr Passwort und wenden Sie sich an die Betreiber von {service}.
`,
  },
  'recovery-code-used': {
    en: `Subject: A recovery code was used

On {time}, someone used a recovery code of the account "{username}" at {service}. You have {left} left.

If this was not you, change your password now and create new recovery codes.
`,
    de: `Subject: Ein Wiederherstellungscode wurde benutzt

Für das Konto „{username}“ bei {service} wurde ein Wiederherstellungscode benutzt: {time}. Übrig sind {left}.

Wenn Sie das nicht waren, ändern Sie jetzt Ihr Passwort und erstellen Sie neue Codes.
`,
  },
  'recovery-codes-few': {
    en: `Subject: You are running out of recovery codes

On {time}, someone used a recovery code of the account "{username}" at {service}. Only {left} are left. Create new ones on the
security page of your account.

If this was not you, change your password now.
`,
    de: `Subject: Ihre Wiederherstellungscodes gehen zur Neige

Für das Konto „{username}“ bei {service} wurde ein Wiederherstellungscode benutzt: {time}. Übrig sind nur noch {left}. Erstellen
Sie neue auf der Sicherheitsseite Ihres Kontos.

Wenn Sie das nicht waren, ändern Sie jetzt Ihr Passwort.
`,
  },
  'recovery-asked': {
    en: `Subject: Someone is recovering your account

On {time}, an administrator of {service} was asked to let someone into the account "{username}" who lost their second factor.
This takes effect on {effective}.

If you did not ask for this, log in and cancel it on the security page of your account, or contact the operators of {service}.
`,
    de: `Subject: Ihr Konto wird wiederhergestellt

Die Verwaltung von {service} soll jemanden ohne zweiten Faktor in das Konto „{username}“ lassen: {time}. Das wird wirksam:
{effective}.

Wenn Sie nicht darum gebeten haben, melden Sie sich an und brechen Sie es auf der Sicherheitsseite Ihres Kontos ab, oder wenden
Sie sich an die Betreiber von {service}.
`,
  },
  'login-code': {
    en: `Subject: Your code for {service}: {code}

The code for the account "{username}" at {service} is {code}

It works once, within {lifetime}. Type it only on the page where you asked for it, and tell it to nobody.

If you did not ask for it, ignore this mail. Someone may know your password: change it if this happens again.
`,
    de: `Subject: Ihr Code für {service}: {code}

Der Code für das Konto „{username}“ bei {service} lautet {code}

Er gilt einmal, innerhalb von {lifetime}. Geben Sie ihn nur auf der Seite ein, auf der Sie ihn angefordert haben, und verraten
Sie ihn niemandem.

Wenn Sie ihn nicht angefordert haben, ignorieren Sie diese Mail. Vielleicht kennt jemand Ihr Passwort: Ändern Sie es, wenn das
noch einmal geschieht.
`,
  },
} as const satisfies Record<string, MessageTexts>
