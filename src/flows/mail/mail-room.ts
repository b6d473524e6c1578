import { type Compose, createComposer } from '../../mail/composer.ts'
import { createMailDelivery } from '../../mail/delivery.ts'
import { openTransport } from '../../mail/open-transport.ts'
import { createOutbox, type Outbox } from '../../mail/outbox.ts'
import type { MailSettings } from '../../mail/settings.ts'
import { readTemplateFolder } from '../../mail/template-folder.ts'
import type { Metrics } from '../../metrics/metrics.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { Random } from '../../platform/random.ts'
import type { Seal } from '../../platform/seal.ts'
import type { Database } from '../../storage/database.ts'
import type { EmailFlow } from './email-flow.ts'
import { mailMessages } from './mail-messages.ts'
import { createMailRequests } from './mail-requests.ts'
import { createMailWorker, type MailWorker } from './mail-worker.ts'
import { createReadMailbox, type ReadMailbox } from './mailbox.ts'
import { createSecurityNotices, type SecurityNotices } from './security-notices/notices.ts'

/** Where mail is put: all that commands need, which leave it to the servers to send it. */
export type MailDesk = { outbox: Outbox; notices: SecurityNotices }

type MailDeskParts = { settings: MailSettings; debug: boolean; seal: Seal; random: Random }

/** Mail is made if it can be sent, or with DEBUG be looked at. */
export function createMailDesk({ settings, debug, seal, random }: MailDeskParts): MailDesk {
  const outbox = createOutbox({ isOn: settings.url !== undefined || debug, seal, random })
  return { outbox, notices: createSecurityNotices({ outbox, kinds: settings.securityNotices }) }
}

/** What sends mail, and with DEBUG shows what it would have sent. */
export type MailRoom = { worker: MailWorker; readMailbox: ReadMailbox | undefined }

type MailRoomParts = MailDeskParts & {
  database: Database
  clock: Clock
  log: Logger
  outbox: Outbox
  flows: readonly EmailFlow[]
  publicUrl: string
  metrics: Pick<Metrics, 'mailDeliveries'>
}

/** @throws MailTemplateError */
export function createMailRoom(parts: MailRoomParts): MailRoom {
  const { settings, debug, database, outbox, log } = parts
  const compose = createCompose(settings, parts.publicUrl)
  const { answerAll } = createMailRequests(parts)
  const transport = openTransport(settings.url, settings.from)
  const delivery = createMailDelivery({ ...parts, compose, transport, onOutcome: parts.metrics.mailDeliveries.add })
  const worker = createMailWorker({ outbox, answerRequests: answerAll, delivery, log })
  const { settle } = worker
  const from = settings.from.address
  const hasMailbox = debug && settings.url === undefined
  return {
    worker,
    readMailbox: hasMailbox ? createReadMailbox({ database, seal: parts.seal, compose, from, settle }) : undefined,
  }
}

function createCompose(settings: MailSettings, publicUrl: string): Compose {
  return createComposer({
    messages: mailMessages,
    folder: settings.templates === undefined ? undefined : readTemplateFolder(settings.templates),
    language: settings.language,
    publicUrl,
    service: settings.from.name === '' ? new URL(publicUrl).host : settings.from.name,
  })
}
