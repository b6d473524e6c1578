import type { MessageTexts } from '../../../mail/composer.ts'

export const invitationMessage: MessageTexts = {
  en: `Subject: You are invited to {service}

{inviter} invites you to make an account at {service}.

[Make an account]({link})

The link works once, within {lifetime}. If you do not want an account, there is nothing to do.
`,
  de: `Subject: Sie sind zu {service} eingeladen

{inviter} lädt Sie ein, bei {service} ein Konto anzulegen.

[Ein Konto anlegen]({link})

Der Link gilt einmal, innerhalb von {lifetime}. Wenn Sie kein Konto möchten, brauchen Sie nichts zu tun.
`,
}
