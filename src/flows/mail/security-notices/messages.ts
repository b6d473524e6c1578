import type { MessageTexts } from '../../../mail/composer.ts'

/** What people are told of their accounts; none of these has a link: whoever gets one need not learn to click on them. */
export const noticeMessages = {
  'password-changed': {
    en: `Subject: Your password was changed

The password of the account "{username}" at {service} was changed on {time}.

If you did not do that, set a new one at once: ask for a password reset where you usually log in. That logs out all devices.
`,
    de: `Subject: Ihr Passwort wurde geändert

Das Passwort des Kontos „{username}“ bei {service} wurde geändert: {time}.

Wenn Sie das nicht waren, setzen Sie sofort ein neues: Fordern Sie dort, wo Sie sich sonst anmelden, ein neues Passwort an.
Damit werden alle Geräte abgemeldet.
`,
  },
  'email-change-asked': {
    en: `Subject: Your e-mail address is about to be changed

Somebody who knows the password of the account "{username}" at {service} asked on {time} to change its e-mail address to
{new_address}. It will be changed once that address is confirmed.

If you did not do that, change your password now: that stops it.
`,
    de: `Subject: Ihre E-Mail-Adresse soll geändert werden

Jemand, der das Passwort des Kontos „{username}“ bei {service} kennt, möchte dessen E-Mail-Adresse in {new_address} ändern:
{time}. Das geschieht, sobald jene Adresse bestätigt ist.

Wenn Sie das nicht waren, ändern Sie jetzt Ihr Passwort: Damit ist es aufgehalten.
`,
  },
  'email-changed': {
    en: `Subject: Your e-mail address was changed

The e-mail address of the account "{username}" at {service} was changed on {time} to {new_address}. This is the last mail
to the old address.

If you did not do that, turn to those who run {service}.
`,
    de: `Subject: Ihre E-Mail-Adresse wurde geändert

Die E-Mail-Adresse des Kontos „{username}“ bei {service} wurde in {new_address} geändert: {time}. Dies ist die letzte Mail
an die alte Adresse.

Wenn Sie das nicht waren, wenden Sie sich an die Betreiber von {service}.
`,
  },
  'new-device': {
    en: `Subject: New login to your account

Somebody logged in to the account "{username}" at {service} from a device that was not seen before.

When: {time}
Device: {device}
Address: {client_address}

If that was not you, change your password now: that logs out all other devices.
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

A session of the account "{username}" at {service} was ended on {time}, because one of its keys was used twice. That
happens when a key was copied; sometimes only when an app went astray.

Last used by: {device}
Address: {client_address}

Log in again on that device. If it happens again, or you do not know the device, change your password.
`,
    de: `Subject: Sie wurden auf einem Gerät abgemeldet

Eine Sitzung des Kontos „{username}“ bei {service} wurde beendet, weil einer ihrer Schlüssel zweimal benutzt wurde: {time}.
Das geschieht, wenn ein Schlüssel kopiert wurde; manchmal auch nur, wenn eine App durcheinandergeraten ist.

Zuletzt benutzt von: {device}
Adresse: {client_address}

Melden Sie sich auf diesem Gerät neu an. Wenn es wieder geschieht oder Sie das Gerät nicht kennen, ändern Sie Ihr Passwort.
`,
  },
} as const satisfies Record<string, MessageTexts>
