import { Type } from 'typebox'
import { EMAIL_LIMIT } from '../../../../accounts/names/email-address.ts'
import type { OutboxAdministration } from '../../../../flows/mail/manage-outbox.ts'
import { mailStates, type OutboxRecord } from '../../../../mail/outbox-record-store.ts'
import { nextPage, PAGE, pageLimit, pageStart } from '../../page.ts'
import { type ApiRoute, administratorOf, apiRoute } from '../../route.ts'
import { idSchema, orNull, timeSchema, wireTime } from '../../wire.ts'
import { presentFailing, readQueueId } from './queue-json.ts'

const mail = Type.Object(
  {
    id: Type.String({ description: 'Also its `Message-ID`, and `mail` in the log' }),
    kind: Type.String({ description: 'Which message' }),
    account_id: orNull(Type.Integer({ description: 'The account it is about' })),
    to: Type.String(),
    state: Type.Enum([...mailStates]),
    queued_at: timeSchema,
    expires_at: timeSchema,
    attempts: Type.Integer({ minimum: 0 }),
    next_attempt_at: orNull(timeSchema),
    delivered_at: orNull(timeSchema),
    given_up_at: orNull(timeSchema),
    last_error: orNull(Type.String({ description: 'Why the last attempt failed: the answer of the mail server' })),
  },
  { title: 'Mail' },
)
const page = Type.Object({
  mails: Type.Array(mail),
  next: nextPage('before'),
  failing: orNull(
    Type.Object(
      { since: timeSchema, retry_at: timeSchema, last_error: Type.String() },
      { description: 'Why no mail can be sent at present, and when Latchkey tries again; null if mail can be sent' },
    ),
  ),
})

/** The outbox, for administrators: the state of mail, but never its text, because that may log somebody in. */
export function outboxRoutes({ outboxAdministration }: { outboxAdministration: OutboxAdministration }): ApiRoute[] {
  const common = { access: 'staff', tag: 'administration' } as const
  const viewing = { ...common, method: 'GET', permission: 'outbox.view' } as const
  const changing = { ...common, method: 'POST', permission: 'outbox.change' } as const
  return [
    apiRoute({
      ...viewing,
      path: '/admin/outbox',
      summary: 'List waiting mail, and mail sent in the last 30 days, newest first',
      description: 'The list does not contain the text of an email: Latchkey deletes it once the email is sent.',
      query: Type.Object({
        state: Type.Optional(Type.Enum([...mailStates])),
        kind: Type.Optional(Type.String({ maxLength: 100, description: 'Which message, such as `password-reset`' })),
        account_id: Type.Optional(idSchema),
        to: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: EMAIL_LIMIT,
            description: 'The beginning of the address, in any case',
          }),
        ),
        before: pageStart('The `next` of the previous page'),
        limit: pageLimit,
      }),
      answer: { status: 200, schema: page },
      handle: async ({ query: { state, kind, to, account_id: accountId, before, limit = PAGE } }) => {
        const listed = await outboxAdministration.list({ state, kind, to, accountId, beforeNumber: before, limit })
        const next = listed.length < limit ? undefined : listed.at(-1)?.number
        const failing = await outboxAdministration.failing()
        return { mails: listed.map(presentMail), next: next ?? null, failing: failing ? presentFailing(failing) : null }
      },
    }),
    apiRoute({
      ...changing,
      path: '/admin/outbox/retry',
      summary: 'Retry all postponed mail now',
      description: 'Use this when the mail server works again. Mail that is due within about a minute keeps its time.',
      answer: { status: 200, schema: Type.Object({ hurried: Type.Integer({ minimum: 0 }) }) },
      handle: async ({ request, origin }) => ({
        hurried: await outboxAdministration.retryAll(administratorOf({ request, origin })),
      }),
    }),
    apiRoute({
      ...viewing,
      path: '/admin/outbox/:id',
      summary: 'Get an email',
      answer: { status: 200, schema: mail },
      refusals: ['not_found'],
      handle: async ({ params }) => presentMail(await outboxAdministration.get(readQueueId(params))),
    }),
    apiRoute({
      ...changing,
      path: '/admin/outbox/:id/retry',
      summary: 'Retry an email now',
      description:
        'An email that was given up cannot be retried, because its content is deleted. The person has to request a new one.',
      answer: { status: 202, schema: Type.Object({ status: Type.Literal('accepted') }) },
      refusals: ['not_found', 'mail_done'],
      handle: async ({ request, params, origin }) => {
        await outboxAdministration.retry(readQueueId(params), administratorOf({ request, origin }))
        return { status: 'accepted' }
      },
    }),
    apiRoute({
      ...changing,
      needsRecentLogin: true,
      path: '/admin/outbox/:id/drop',
      summary: 'Drop an email: do not send it',
      description:
        'The email then counts as given up. You cannot drop mail about yourself or about staff with more rights.',
      answer: { status: 204 },
      refusals: ['not_found', 'mail_done', 'own_account'],
      handle: ({ request, params, origin }) =>
        outboxAdministration.drop(readQueueId(params), administratorOf({ request, origin })),
    }),
  ]
}

function presentMail(one: OutboxRecord) {
  return {
    id: one.id,
    kind: one.kind,
    account_id: one.accountId ?? null,
    to: one.to,
    state: one.state,
    queued_at: wireTime(one.queuedAt),
    expires_at: wireTime(one.expiresAt),
    attempts: one.attempts,
    next_attempt_at: wireTime(one.nextAttemptAt),
    delivered_at: wireTime(one.deliveredAt),
    given_up_at: wireTime(one.givenUpAt),
    last_error: one.lastError ?? null,
  }
}
