import type { MessageTexts } from '../../mail/message/composer.ts'
import { emailChangeMessage } from './email-change/messages.ts'
import { emailVerificationMessage } from './email-verification/messages.ts'
import { frontendLinkMessages } from './frontend-links/messages.ts'
import { invitationMessage } from './invitation/messages.ts'
import { passwordResetMessage } from './password-reset/messages.ts'
import { noticeMessages } from './security-notices/messages.ts'

/** Every mailed message, by its name: for an email flow, that is its purpose. */
export const mailMessages: Readonly<Record<string, MessageTexts>> = {
  'email-verification': emailVerificationMessage,
  'password-reset': passwordResetMessage,
  'email-change': emailChangeMessage,
  invitation: invitationMessage,
  ...noticeMessages,
  ...frontendLinkMessages,
}
