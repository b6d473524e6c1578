import { Type } from 'typebox'
import { fieldRefusal } from '../../../errors.ts'
import type { SessionFeed } from '../../../flows/sessions/session-feed.ts'
import type { Introspect, Introspection } from '../../../flows/tokens/introspect.ts'
import type { Revoke } from '../../../flows/tokens/revoke.ts'
import { formatFeedPosition, parseFeedPosition } from '../../../sessions/feed-position.ts'
import { type ApiRoute, apiRoute } from '../route.ts'
import { serviceOf } from '../service.ts'

const LONGEST_WAIT_SECONDS = 30

export type ServiceRouteParts = { introspect: Introspect; revoke: Revoke; sessionFeed: SessionFeed }

const tokenBody = Type.Object({
  token: Type.String({ minLength: 1, description: 'An access or a refresh token' }),
  token_type_hint: Type.Optional(Type.String({ description: 'Taken, and not needed' })),
})

const introspection = Type.Object(
  {
    active: Type.Boolean(),
    token_use: Type.Optional(Type.Enum(['access', 'refresh'])),
    token_type: Type.Optional(Type.Literal('Bearer', { description: 'Of access tokens: how they are presented' })),
    username: Type.Optional(Type.String()),
  },
  { description: 'Of an active token also its claims; of any other nothing more' },
)

/** What other services ask: is this token good, end it, and which sessions have ended. */
export function serviceRoutes({ introspect, revoke, sessionFeed }: ServiceRouteParts): ApiRoute[] {
  return [
    apiRoute({
      method: 'POST',
      path: '/introspect',
      access: 'service',
      tag: 'services',
      summary: 'Whether a token is good (RFC 7662)',
      description:
        'As a form or as JSON. A resource server must see that `token_use` is `access`: refresh tokens are active too.',
      body: tokenBody,
      answer: { status: 200, schema: introspection },
      handle: async ({ body }) => presentIntrospection(await introspect(body.token)),
    }),
    apiRoute({
      method: 'POST',
      path: '/revoke',
      access: 'service',
      tag: 'services',
      summary: 'End the session of a token (RFC 7009)',
      description: 'As a form or as JSON. 200 also for a token that is not good, or not any more.',
      body: tokenBody,
      answer: { status: 200, schema: Type.Object({}) },
      handle: async ({ request, body, origin }) => {
        await revoke(body.token, serviceOf(request), origin)
        return {}
      },
    }),
    apiRoute({
      method: 'GET',
      path: '/session-events',
      access: 'service',
      tag: 'services',
      summary: 'Which sessions have ended',
      description:
        'Security Event Tokens (RFC 8417) with the events of OpenID Shared Signals, as far back as access tokens may ' +
        'still be good. The answer waits until there is one, if it is asked to.',
      query: Type.Object({
        after: Type.Optional(Type.String({ maxLength: 64, description: 'The `next` of the answer before' })),
        wait: Type.Optional(
          Type.Integer({ minimum: 0, maximum: LONGEST_WAIT_SECONDS, description: 'Seconds. Default 0' }),
        ),
      }),
      answer: {
        status: 200,
        schema: Type.Object({
          events: Type.Array(Type.String(), { description: 'Signed tokens, oldest first. One may come twice' }),
          next: Type.String({ description: 'Present it as `after` next time' }),
          has_more: Type.Boolean({ description: 'Whether more is there already' }),
        }),
      },
      handle: async ({ query: { after, wait = 0 }, reply }) => {
        const position = after === undefined ? undefined : parseFeedPosition(after)
        if (after !== undefined && position === undefined) {
          throw fieldRefusal('after', 'pattern')
        }
        const gone = new AbortController()
        reply.raw.once('close', () => gone.abort())
        const page = await sessionFeed.read({ position, waitMs: wait * 1_000, signal: gone.signal })
        return { events: page.events, next: formatFeedPosition(page.next), has_more: page.hasMore }
      },
    }),
  ]
}

/** RFC 7662 §2.2: there `token_type` is how a token is presented, what our claim of that name says is `token_use`. */
function presentIntrospection(found: Introspection) {
  if (!found.isActive) return { active: false }
  const { token_type: use, ...claims } = found.claims
  return {
    ...claims,
    active: true,
    token_use: use,
    ...(use === 'access' && { token_type: 'Bearer' }),
    username: found.username,
  }
}
