import { readMailBacklog } from '../../mail/mail-queue-store.ts'
import type { OwnPermission } from '../../permissions/permission.ts'
import type { Clock } from '../../platform/clock.ts'
import { listFailingLanes } from '../../queue/lane-store.ts'
import type { Database } from '../../storage/database.ts'
import { listWebhooks } from '../../webhooks/webhook-store.ts'
import type { ManageKeys } from '../keys/manage-keys.ts'
import { listKeysWithState } from '../keys/manage-keys.ts'
import { MAIL_QUEUE } from '../mail/deliver-mail.ts'
import { WEBHOOK_QUEUE } from '../webhooks/manage-webhooks.ts'
import { type SettingsCheck, settingsCheckCodes } from './checks/check.ts'

/** The kinds of things that need attention. */
export const attentionKinds = [
  'mail_failing',
  'mail_late',
  'webhook_failing',
  'key_due',
  'keys_unusable',
  'setting',
] as const

/** The finding, for programs that write their own texts: at least one code for each kind. */
export const attentionCodes = [
  'mail_failing',
  'mail_late',
  'webhook_failing',
  'key_due',
  'keys_unopened',
  'keys_of_another_algorithm',
  ...settingsCheckCodes,
] as const

/** One thing that needs attention. */
export type AttentionItem = {
  kind: (typeof attentionKinds)[number]
  /** `problem`: it does harm. `advice`: it may do harm. */
  severity: 'problem' | 'advice'
  /** The subject: a webhook's id, a key's id, the name of a setting. */
  subject: string | undefined
  /** Since when, in epoch milliseconds; undefined if nobody knows. */
  since: number | undefined
  code: (typeof attentionCodes)[number]
  /** The values in the sentence: an error, an address, a count. */
  params: Readonly<Record<string, string>>
  /** The finding as an English sentence. */
  message: string
  /** The permission to see it; undefined: superusers only. */
  permission: OwnPermission | undefined
}

export type ListAttention = () => Promise<AttentionItem[]>

/** Mail that has waited for this long is late. */
const LATE_MS = 15 * 60_000
/** A key that is older than allowed by this much was not rotated. */
const OVERDUE_MS = 24 * 3_600_000

type AttentionParts = {
  database: Database
  clock: Clock
  keys: Pick<ManageKeys, 'findProblem'>
  settings: { signingKeyLifetimeMs: number }
  /** What `doctor` finds in the settings; they do not change while the process runs. */
  checks: readonly SettingsCheck[]
}

/** Lists what needs attention, for the first page of the administration. */
export function createListAttention({ database, clock, keys, settings, checks }: AttentionParts): ListAttention {
  const inSettings = checks.flatMap(({ code, params, subject, verdict, message }): AttentionItem[] =>
    verdict === 'ok'
      ? []
      : [
          {
            kind: 'setting',
            severity: verdict,
            subject,
            since: undefined,
            code,
            params,
            message: `${subject} ${message}`,
            permission: undefined,
          },
        ],
  )

  async function inMail(now: number): Promise<AttentionItem[]> {
    const [failing] = await listFailingLanes(database.read, MAIL_QUEUE)
    const permission = 'outbox.view'
    if (failing !== undefined) {
      const message = `Mail cannot be sent: ${failing.lastError}`
      return [
        {
          kind: 'mail_failing',
          severity: 'problem',
          subject: undefined,
          since: failing.failingSince,
          code: 'mail_failing',
          params: { error: failing.lastError },
          message,
          permission,
        },
      ]
    }
    const { waiting, oldestQueuedAt } = await readMailBacklog(database.read)
    if (oldestQueuedAt === undefined || oldestQueuedAt > now - LATE_MS) return []
    const message = `${waiting} emails wait. Their recipients' mail servers may have asked to be tried again later.`
    const finding = { code: 'mail_late', params: { count: String(waiting) }, message } as const
    return [
      { kind: 'mail_late', severity: 'advice', subject: undefined, since: oldestQueuedAt, ...finding, permission },
    ]
  }

  async function inWebhooks(): Promise<AttentionItem[]> {
    const failing = await listFailingLanes(database.read, WEBHOOK_QUEUE)
    if (failing.length === 0) return []
    const webhooks = await listWebhooks(database.read)
    return failing.flatMap(({ lane, failingSince, lastError }): AttentionItem[] => {
      const webhook = webhooks.find(({ id, disabledAt }) => id === lane && disabledAt === undefined)
      if (webhook === undefined) return []
      const message = `The webhook ${webhook.url} does not accept events: ${lastError}`
      const permission = 'webhooks.view'
      const finding = { code: 'webhook_failing', params: { url: webhook.url, error: lastError }, message } as const
      return [
        { kind: 'webhook_failing', severity: 'problem', subject: lane, since: failingSince, ...finding, permission },
      ]
    })
  }

  async function inKeys(now: number): Promise<AttentionItem[]> {
    const permission = 'keys.view'
    const listed = await listKeysWithState(database, now)
    const overdue = listed.filter(
      ({ state, algorithm, createdAt }) =>
        state === 'current' && algorithm !== 'HS256' && createdAt + settings.signingKeyLifetimeMs + OVERDUE_MS < now,
    )
    const items = overdue.map(({ kid, createdAt }): AttentionItem => {
      const message =
        'The signing key is older than SIGNING_KEY_LIFETIME and was not rotated. See the log for the reason.'
      const finding = { code: 'key_due', params: {}, message } as const
      return { kind: 'key_due', severity: 'problem', subject: kid, since: createdAt, ...finding, permission }
    })
    const problem = await keys.findProblem()
    if (problem === undefined || problem.kind === 'fixed' || problem.kind === 'no_keys') return items
    const finding =
      problem.kind === 'unopened'
        ? ({ code: 'keys_unopened', params: { problem: problem.problem }, message: problem.problem } as const)
        : ({
            code: 'keys_of_another_algorithm',
            params: { algorithm: problem.algorithm },
            message: `The keys are for ${problem.algorithm}, and this process is configured for another ALGORITHM.`,
          } as const)
    return [
      ...items,
      { kind: 'keys_unusable', severity: 'problem', subject: undefined, since: undefined, ...finding, permission },
    ]
  }

  return async () => {
    const now = clock.now()
    return [...(await inMail(now)), ...(await inWebhooks()), ...(await inKeys(now)), ...inSettings]
  }
}
