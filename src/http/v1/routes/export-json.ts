import { Type } from 'typebox'
import type { AccountExport } from '../../../flows/accounts/export-account.ts'
import { idSchema, orNull, timeSchema, wireTime } from '../wire.ts'
import { ownAccountSchema, presentOwnAccount } from './account-json.ts'
import { eventSchema, presentOwnEvent } from './event-json.ts'
import { factorSchema } from './factor-json.ts'

/** Everything stored about an account, as its owner receives it. */
export const exportSchema = Type.Object(
  {
    account: ownAccountSchema,
    has_password: Type.Boolean(),
    sessions: Type.Array(
      Type.Object({
        id: Type.String(),
        created_at: timeSchema,
        refreshed_at: timeSchema,
        ended_at: orNull(timeSchema),
        end_reason: orNull(Type.String()),
        address: Type.String(),
        user_agent: Type.String(),
        amr: Type.Array(Type.String()),
      }),
    ),
    events: Type.Array(eventSchema),
    mails: Type.Array(
      Type.Object({
        kind: Type.String(),
        to: Type.String(),
        queued_at: timeSchema,
        delivered_at: orNull(timeSchema),
        given_up_at: orNull(timeSchema),
      }),
    ),
    devices: Type.Array(Type.Object({ first_seen_at: timeSchema, last_seen_at: timeSchema })),
    networks: Type.Array(Type.Object({ network: Type.String(), last_login_at: timeSchema })),
    one_time_tokens: Type.Array(
      Type.Object({ purpose: Type.String(), email: Type.String(), created_at: timeSchema, expires_at: timeSchema }),
    ),
    second_factors: Type.Array(factorSchema),
    rights: Type.Object({
      groups: Type.Array(Type.Object({ id: idSchema, name: Type.String() })),
      user_permissions: Type.Array(Type.String()),
    }),
    posts: Type.Optional(
      Type.Array(
        Type.Object({
          id: idSchema,
          title: Type.String(),
          content: Type.String(),
          created_at: timeSchema,
          updated_at: timeSchema,
        }),
        { description: 'Of the sample resource' },
      ),
    ),
  },
  { title: 'AccountExport' },
)

/**
 * An export in the form of `exportSchema`, for `jsonPieces`. Data from other parts of the server stands beside it, under
 * their names.
 */
export function presentExport({ account, hasPassword, rights, others, ...held }: AccountExport) {
  return {
    account: presentOwnAccount(account),
    has_password: hasPassword,
    sessions: eachOf(held.sessions, (session) => ({
      id: session.id,
      created_at: wireTime(session.createdAt),
      refreshed_at: wireTime(session.refreshedAt),
      ended_at: wireTime(session.endedAt),
      end_reason: session.endReason ?? null,
      address: session.address,
      user_agent: session.userAgent,
      amr: session.amr,
    })),
    events: eachOf(held.events, (event) => presentOwnEvent(event, account.id)),
    mails: eachOf(held.mails, (mail) => ({
      kind: mail.kind,
      to: mail.to,
      queued_at: wireTime(mail.queuedAt),
      delivered_at: wireTime(mail.deliveredAt),
      given_up_at: wireTime(mail.givenUpAt),
    })),
    devices: eachOf(held.devices, ({ firstSeenAt, lastSeenAt }) => ({
      first_seen_at: wireTime(firstSeenAt),
      last_seen_at: wireTime(lastSeenAt),
    })),
    networks: eachOf(held.networks, ({ network, lastLoginAt }) => ({ network, last_login_at: wireTime(lastLoginAt) })),
    one_time_tokens: held.oneTimeTokens.map(({ purpose, email, createdAt, expiresAt }) => ({
      purpose,
      email,
      created_at: wireTime(createdAt),
      expires_at: wireTime(expiresAt),
    })),
    rights: { groups: rights.groups.map(({ id, name }) => ({ id, name })), user_permissions: rights.user_permissions },
    ...others,
  }
}

async function* eachOf<Item, Shown>(
  pages: AsyncIterable<readonly Item[]>,
  present: (item: Item) => Shown,
): AsyncGenerator<Shown[]> {
  for await (const page of pages) yield page.map(present)
}
