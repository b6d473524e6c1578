import type { MessageTexts } from '../../../mail/composer.ts'

export const emailVerificationMessage: MessageTexts = {
  en: `Subject: Confirm your email address

Someone registered at {service} with this address. If that was you, please confirm it.

[Confirm {address} for the account "{username}"]({link})

The link works once, within {lifetime}.

If it was not you, ignore this mail. Nobody can confirm your address without this link.
`,
  de: `Subject: Bitte bestätigen Sie Ihre E-Mail-Adresse

Bei {service} hat sich jemand mit dieser Adresse angemeldet. Wenn Sie das waren, bestätigen Sie sie bitte.

[{address} für das Konto „{username}“ bestätigen]({link})

Der Link gilt einmal, innerhalb von {lifetime}.

Wenn Sie es nicht waren, brauchen Sie nichts zu tun: Ohne diesen Link kann niemand Ihre Adresse bestätigen.
`,
}
