import type { MessageTexts } from '../../../mail/message/composer.ts'
import { passwordResetMessage } from '../password-reset/messages.ts'

/** The messages whose links lead to your own front end, and the other messages of djoser. */
export const frontendLinkMessages = {
  activation: {
    en: `Subject: Activate your account

Someone registered at {service} with this address, or changed an account to it. If that was you, activate the account.

[Activate the account "{username}"]({link})

The link works once, within {lifetime}.

If this was not you, ignore this email. Without this link, the account stays inactive.
`,
    de: `Subject: Aktiviere dein Konto

Bei {service} hat sich jemand mit dieser Adresse registriert oder ein Konto auf sie umgestellt. Wenn du das warst, aktiviere
das Konto.

[Das Konto „{username}“ aktivieren]({link})

Der Link gilt einmal, innerhalb von {lifetime}.

Wenn du es nicht warst, musst du nichts tun: Ohne diesen Link bleibt das Konto inaktiv.
`,
  },
  'frontend-password-reset': passwordResetMessage,
  'username-reset': {
    en: `Subject: Choose a new name

Someone asked to choose a new login name for this address at {service}. If that was you, choose it here.

[Choose a new name for the account "{username}"]({link})

The link works once, within {lifetime}.

If this was not you, ignore this email. Nothing has changed.
`,
    de: `Subject: Wähle einen neuen Namen

Bei {service} hat jemand für diese Adresse um einen neuen Anmeldenamen gebeten. Wenn du das warst, wähle ihn hier.

[Einen neuen Namen für das Konto „{username}“ wählen]({link})

Der Link gilt einmal, innerhalb von {lifetime}.

Wenn du es nicht warst, musst du nichts tun: Es wurde nichts geändert.
`,
  },
  welcome: {
    en: `Subject: Your account is ready

The account "{username}" at {service} is active. You can log in now.
`,
    de: `Subject: Dein Konto ist bereit

Das Konto „{username}“ bei {service} ist aktiv. Du kannst dich jetzt anmelden.
`,
  },
  'username-changed': {
    en: `Subject: Your login name was changed

On {time}, the login name of your account at {service} was changed. It is "{username}" now.

If this was not you, reset your password now, on the page where you usually log in.
`,
    de: `Subject: Dein Anmeldename wurde geändert

Der Anmeldename deines Kontos bei {service} wurde geändert: {time}. Er lautet jetzt „{username}“.

Wenn du das nicht warst, setze sofort ein neues Passwort, dort, wo du dich sonst anmeldest.
`,
  },
} as const satisfies Record<string, MessageTexts>
