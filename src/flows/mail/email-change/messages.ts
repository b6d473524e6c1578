import type { MessageTexts } from '../../../mail/composer.ts'

export const emailChangeMessage: MessageTexts = {
  en: `Subject: Confirm your new e-mail address

The account "{username}" at {service} is to have this address from now on.

[Confirm {address} for the account "{username}"]({link})

The link works once, within {lifetime}. Until then nothing is changed.

If you know nothing of this, there is nothing to do.
`,
  de: `Subject: Bitte bestätigen Sie Ihre neue E-Mail-Adresse

Das Konto „{username}“ bei {service} soll künftig diese Adresse haben.

[{address} für das Konto „{username}“ bestätigen]({link})

Der Link gilt einmal, innerhalb von {lifetime}. Bis dahin ändert sich nichts.

Wenn Sie davon nichts wissen, brauchen Sie nichts zu tun.
`,
}
