import { createEmailChange, type EmailChangeParts } from './email-change/flow.ts'
import type { EmailFlow } from './email-flow.ts'
import { createEmailVerification } from './email-verification/flow.ts'
import { createInvitation, type InvitationParts } from './invitation/flow.ts'
import { createPasswordReset, type PasswordResetParts } from './password-reset/flow.ts'

type EmailFlowParts = EmailChangeParts & InvitationParts & PasswordResetParts

/** All operations that are confirmed by email, one line each. `mail-messages.ts` lists their messages. */
export function createEmailFlows(parts: EmailFlowParts): readonly EmailFlow[] {
  return [createEmailVerification(parts), createPasswordReset(parts), createEmailChange(parts), createInvitation(parts)]
}
