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

const tokenBody = Type.Object(
  {
    token: Type.String({ minLength: 1, description: 'An access or refresh token, or a key' }),
    client_id: Type.Optional(Type.String({ description: 'The name of the service, if it does not use HTTP Basic' })),
    client_secret: Type.Optional(Type.String({ description: 'Its secret' })),
    token_type_hint: Type.Optional(Type.String({ description: 'Accepted and ignored' })),
  },
  { title: 'TokenBody' },
)

const introspection = Type.Object(
  {
    active: Type.Boolean(),
    token_use: Type.Optional(Type.Enum(['access', 'refresh'])),
    token_type: Type.Optional(
      Type.Enum(['Bearer', 'Token'], { description: '`Bearer` for access tokens, `Token` for keys' }),
    ),
    username: Type.Optional(Type.String()),
  },
  {
    title: 'Introspection',
    additionalProperties: true,
    description: 'An active token also has its claims; an inactive one has no other member',
  },
)

/** For other services: check a token, end its session, and read which sessions have ended. */
export function serviceRoutes({ introspect, revoke, sessionFeed }: ServiceRouteParts): ApiRoute[] {
  return [
    apiRoute({
      method: 'POST',
      path: '/introspect',
      access: 'service',
      tag: 'services',
      summary: 'Check whether a token is valid (RFC 7662)',
      description:
        'Takes a form or JSON. A resource server must check that `token_use` is `access`, because valid refresh tokens are active too. ' +
        'A key that came as `Authorization: Token …` counts as an access token.',
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
      description: 'Takes a form or JSON. The response is 200 even if the token is not valid.',
      body: tokenBody,
      answer: { status: 200, schema: Type.Object({}) },
      handle: async ({ request, body, origin }) => {
        await revoke(body.token, { kind: 'service', name: serviceOf(request), origin })
        return {}
      },
    }),
    apiRoute({
      method: 'GET',
      path: '/session-events',
      access: 'service',
      tag: 'services',
      summary: 'Read the session feed: which sessions have ended',
      description:
        'Returns Security Event Tokens (RFC 8417) with the events of OpenID Shared Signals. The feed goes back as far as ' +
        'access tokens may still be valid. With `wait`, the response waits until there is an event.',
      query: Type.Object({
        after: Type.Optional(Type.String({ maxLength: 64, description: 'The `next` of the previous response' })),
        wait: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: LONGEST_WAIT_SECONDS,
            description: 'Seconds to wait for an event. Default 0',
          }),
        ),
      }),
      answer: {
        status: 200,
        schema: Type.Object({
          events: Type.Array(Type.String(), { description: 'Signed tokens, oldest first. A token may appear twice' }),
          next: Type.String({ description: 'Pass it as `after` in the next request' }),
          has_more: Type.Boolean({ description: 'Whether more events are available now' }),
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

/** RFC 7662 §2.2: `token_type` says how to present a token. The value of our claim of that name is `token_use`. */
function presentIntrospection(found: Introspection) {
  if (!found.isActive) return { active: false }
  return {
    ...found.claims,
    active: true,
    token_use: found.use === 'key' ? 'access' : found.use,
    ...(found.use !== 'refresh' && { token_type: found.use === 'key' ? 'Token' : 'Bearer' }),
    username: found.username,
  }
}
