import type { Config } from '../config/config.ts'
import { createMailQueue } from '../flows/mail/deliver-mail.ts'
import type { EmailFlow, MailedFlow } from '../flows/mail/email-flow.ts'
import { mailMessages } from '../flows/mail/mail-messages.ts'
import { createMailRequests } from '../flows/mail/mail-requests.ts'
import { createMailWorker, type MailWorker } from '../flows/mail/mail-worker.ts'
import { createReadMailbox, type ReadMailbox } from '../flows/mail/mailbox.ts'
import { createSecurityNotices } from '../flows/mail/security-notices/notices.ts'
import { createPrepareLoginCode } from '../flows/mfa/mail-login.ts'
import { linkPages } from '../mail/link-pages.ts'
import { type Compose, createComposer } from '../mail/message/composer.ts'
import { readTemplateFolder } from '../mail/message/template-folder.ts'
import { createOutbox } from '../mail/outbox.ts'
import { openTransport } from '../mail/transport/open-transport.ts'
import type { MailTransport } from '../mail/transport/transport.ts'
import { type AppParts, type Core, type Mailing, serviceName } from './parts.ts'
import { buildSeal } from './seal.ts'

/** Mail is created only if it can be sent or, with DEBUG, displayed. */
export function buildMailing({ config, random }: AppParts): Mailing {
  const { url, securityNotices } = config.mail
  const isOn = url !== undefined || config.debug
  const outbox = createOutbox({ isOn, seal: buildSeal({ config, random }), random })
  const kinds = [...securityNotices, ...djoserNotices(config.djoser)]
  return { outbox, notices: createSecurityNotices({ outbox, kinds }) }
}

function djoserNotices(djoser: Config['djoser']): string[] {
  if (!djoser.isOn) return []
  return [
    ...(djoser.passwordChangedEmailConfirmation ? ['password-changed'] : []),
    ...(djoser.usernameChangedEmailConfirmation ? ['username-changed'] : []),
    ...(djoser.sendsConfirmationEmail ? ['welcome'] : []),
  ]
}

/**
 * Sends mail, or with DEBUG displays the mail that it would have sent.
 *
 * @throws MailTemplateError
 */
export function buildMailWorker(
  { config, clock, random, log }: AppParts,
  { database, metrics, mailing: { outbox } }: Core,
  emailFlows: readonly (EmailFlow | MailedFlow)[],
): { mailWorker: MailWorker; readMailbox: ReadMailbox | undefined } {
  const { mail: settings, debug } = config
  const seal = buildSeal({ config, random })
  const compose = buildComposer(config)
  const transport = buildTransport(config)
  const onOutcome = (outcome: Parameters<typeof metrics.mailDeliveries.add>[0]) => metrics.mailDeliveries.add(outcome)
  const mailWorker = createMailWorker({
    outbox,
    answerRequests: createMailRequests({
      database,
      clock,
      random,
      outbox,
      flows: emailFlows,
      prepareLoginCode: createPrepareLoginCode({ database, random, seal, outbox }),
    }).answerAll,
    queue: createMailQueue({ database, clock, seal, compose, transport, log, onOutcome }),
    settings,
    database,
    clock,
    log,
    metrics,
  })
  const hasMailbox = debug && settings.url === undefined
  const { settle } = mailWorker
  return {
    mailWorker,
    readMailbox: hasMailbox
      ? createReadMailbox({ database, seal, compose, from: settings.from.address, settle })
      : undefined,
  }
}

/** Passes emails to the mail server; without one, keeps them for display. */
export function buildTransport({ mail, http }: Pick<Config, 'mail' | 'http'>): MailTransport {
  return openTransport(mail.url, mail.from, new URL(http.publicUrl).hostname)
}

/** Writes the text of emails. @throws MailTemplateError */
function buildComposer(config: Config): Compose {
  const { mail, http } = config
  return createComposer({
    messages: mailMessages,
    folder: mail.templates === undefined ? undefined : readTemplateFolder(mail.templates),
    language: mail.language,
    publicUrl: http.publicUrl,
    pages: ownPages(mail),
    service: serviceName(config),
  })
}

/** The addresses of the operator's own pages, by the paths of the built-in pages that they replace. */
function ownPages(mail: Config['mail']): Map<string, string> {
  const urls: Record<(typeof linkPages)[keyof typeof linkPages], string | undefined> = {
    [linkPages['password-reset']]: mail.passwordResetUrl,
    [linkPages['email-verification']]: mail.emailVerificationUrl,
    [linkPages['email-change']]: mail.emailChangeUrl,
    [linkPages.invitation]: mail.invitationUrl,
  }
  return new Map(Object.entries(urls).flatMap(([page, url]) => (url === undefined ? [] : [[page, url]])))
}
