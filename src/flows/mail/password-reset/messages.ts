import type { MessageTexts } from '../../../mail/message/composer.ts'

export const passwordResetMessage: MessageTexts = {
  en: `Subject: Choose a new password

Someone asked to reset the password for this address at {service}. If that was you, choose a new password here.

[Choose a new password for the account "{username}"]({link})

The link works once, within {lifetime}.

If this was not you, ignore this email. Nothing has changed.
`,
  de: `Subject: Wähle ein neues Passwort

Bei {service} hat jemand für diese Adresse um ein neues Passwort gebeten. Wenn du das warst, wähle es hier.

[Ein neues Passwort für das Konto „{username}“ wählen]({link})

Der Link gilt einmal, innerhalb von {lifetime}.

Wenn du es nicht warst, musst du nichts tun: Es wurde nichts geändert.
`,
}
