import type { MessageTexts } from '../../../mail/message/composer.ts'

export const invitationMessage: MessageTexts = {
  en: `Subject: You are invited to {service}

{inviter} invites you to create an account at {service}.

[Create an account]({link})

The link works once, within {lifetime}. If you do not want an account, ignore this email.
`,
  de: `Subject: Du bist zu {service} eingeladen

{inviter} lädt dich ein, bei {service} ein Konto anzulegen.

[Ein Konto anlegen]({link})

Der Link gilt einmal, innerhalb von {lifetime}. Wenn du kein Konto möchtest, musst du nichts tun.
`,
}
