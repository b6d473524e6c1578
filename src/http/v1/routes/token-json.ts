import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { RefreshedTokens } from '../../../flows/tokens/refresh.ts'
import type { ForgeryCheck } from '../../credentials/forgery-check.ts'
import type { SessionCookies } from '../../credentials/session-cookies.ts'

/** RFC 7515 §7.1. */
const token = Type.String({ pattern: '^[\\w-]+\\.[\\w-]+\\.[\\w-]+$', description: 'A JWT in compact form' })
const seconds = Type.Integer({ minimum: 0, description: 'Whole seconds from now' })

const deviceToken = Type.Optional(
  Type.String({ description: 'Keep it on a device that the user trusts, and send it with the next login' }),
)

/** RFC 6749 §5.1. */
const tokens = Type.Object(
  {
    access_token: token,
    refresh_token: Type.Optional(token),
    token_type: Type.Literal('Bearer'),
    expires_in: seconds,
    refresh_expires_in: Type.Optional(seconds),
    device_token: deviceToken,
  },
  { title: 'Tokens' },
)

/** The response if the tokens are in cookies. */
const lifetimes = Type.Object(
  {
    mode: Type.Literal('cookie'),
    expires_in: seconds,
    refresh_expires_in: Type.Optional(seconds),
  },
  { title: 'TokensInCookies' },
)

/** The response of every login and refresh. */
export const tokensOrLifetimes = Type.Union([tokens, lifetimes])

const recovery_codes = Type.Array(Type.String(), {
  description: 'Recovery codes, shown only now. They work once `POST /me/factors/confirm` confirms that they are saved',
})

/** The response of a login that has set up a first factor. */
export const tokensWithCodes = Type.Union([
  Type.Object({ ...tokens.properties, recovery_codes }, { title: 'TokensWithCodes' }),
  Type.Object({ ...lifetimes.properties, recovery_codes }, { title: 'TokensInCookiesWithCodes' }),
])

/** Tokens in the body. */
export function presentTokens(issued: RefreshedTokens) {
  return {
    access_token: issued.access,
    ...('refresh' in issued && { refresh_token: issued.refresh }),
    token_type: 'Bearer',
    ...lifetimesOf(issued),
  }
}

/** The body if the tokens are in cookies. */
export function presentLifetimes(issued: RefreshedTokens) {
  return { mode: 'cookie', ...lifetimesOf(issued) }
}

function lifetimesOf(issued: RefreshedTokens) {
  return {
    expires_in: issued.accessExpiresInSeconds,
    ...('refresh' in issued && { refresh_expires_in: issued.refreshExpiresInSeconds }),
  }
}

/** Where a login puts its tokens. */
export const modeSchema = Type.Optional(Type.Enum(['token', 'cookie'], { description: 'Default `token`' }))

/** The tokens of a login, and the token that a trusted device keeps. */
type Issued = RefreshedTokens & { device?: { token: string; lifetimeSeconds: number } }

/**
 * Answers a login, with tokens in the body or in cookies, never in both. It first checks whether cookies are possible,
 * so that no credential is used up in vain.
 */
export function createLoginAnswers({
  cookies,
  forgeryCheck,
}: {
  cookies: SessionCookies
  forgeryCheck: ForgeryCheck
}): (
  mode: 'token' | 'cookie' | undefined,
  asked: { request: FastifyRequest; reply: FastifyReply },
) => (issued: Issued) => object {
  return (mode, { request, reply }) => {
    if (mode !== 'cookie') {
      return (issued) => ({ ...presentTokens(issued), ...(issued.device && { device_token: issued.device.token }) })
    }
    cookies.checkAvailable()
    forgeryCheck.checkLogin(request)
    return (issued) => {
      cookies.set(reply, issued)
      if (issued.device) cookies.setDevice(reply, issued.device.token, issued.device.lifetimeSeconds)
      return presentLifetimes(issued)
    }
  }
}
