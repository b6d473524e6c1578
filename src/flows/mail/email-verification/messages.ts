import type { MessageTexts } from '../../../mail/message/composer.ts'

export const emailVerificationMessage: MessageTexts = {
  en: `Subject: Confirm your email address

Someone registered at {service} with this address. If that was you, please confirm it.

[Confirm {address} for the account "{username}"]({link})

The link works once, within {lifetime}.

If this was not you, ignore this email. Nobody can confirm your address without this link.
`,
  de: `Subject: Bestätige deine E-Mail-Adresse

Bei {service} hat sich jemand mit dieser Adresse registriert. Wenn du das warst, bestätige sie.

[{address} für das Konto „{username}“ bestätigen]({link})

Der Link gilt einmal, innerhalb von {lifetime}.

Wenn du es nicht warst, musst du nichts tun: Ohne diesen Link kann niemand deine Adresse bestätigen.
`,
}
