import type { MessageTexts } from '../../../mail/message/composer.ts'

export const emailChangeMessage: MessageTexts = {
  en: `Subject: Confirm your new email address

Someone asked to use this address for the account "{username}" at {service}. If that was you, please confirm it.

[Confirm {address} for the account "{username}"]({link})

The link works once, within {lifetime}. Nothing changes until you use it.

If this was not you, ignore this email.
`,
  de: `Subject: Bestätige deine neue E-Mail-Adresse

Jemand möchte diese Adresse für das Konto „{username}“ bei {service} verwenden. Wenn du das warst, bestätige sie.

[{address} für das Konto „{username}“ bestätigen]({link})

Der Link gilt einmal, innerhalb von {lifetime}. Bis dahin ändert sich nichts.

Wenn du es nicht warst, musst du nichts tun.
`,
}
