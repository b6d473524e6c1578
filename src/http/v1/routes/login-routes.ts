import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { AuthError } from '../../../errors.ts'
import type { Login } from '../../../flows/tokens/login.ts'
import type { Logout } from '../../../flows/tokens/logout.ts'
import type { Refresh } from '../../../flows/tokens/refresh.ts'
import { countedPassword } from '../../../passwords/counted-password.ts'
import type { ForgeryCheck } from '../../credentials/forgery-check.ts'
import type { SessionCookies } from '../../credentials/session-cookies.ts'
import { apiErrors } from '../../refusals/problem.ts'
import { type ApiRoute, apiRoute } from '../route.ts'
import { createLoginAnswers, modeSchema, presentLifetimes, presentTokens, tokensOrLifetimes } from './token-json.ts'

export type LoginRouteParts = {
  login: Login
  refresh: Refresh
  logout: Logout
  trimPasswords: boolean
  cookies: SessionCookies
  forgeryCheck: ForgeryCheck
}

const refreshBody = Type.Object({
  refresh_token: Type.Optional(Type.String({ minLength: 1, description: 'If absent, the cookie is used' })),
})

/** Log in, refresh, log out, with the tokens in the body or in cookies, never in both. */
export function loginRoutes(parts: LoginRouteParts): ApiRoute[] {
  const answerOf = createLoginAnswers(parts)
  const { login, refresh, logout, trimPasswords, cookies, forgeryCheck } = parts

  /**
   * The refresh token of a request without one in its body. @throws AuthError `csrf_check_failed`, `not_authenticated`
   */
  function readCookie(request: FastifyRequest): string {
    const presented = cookies.readRefresh(request)
    // Nobody is logged in. For a page that asks when it loads, this is the answer and not an error.
    if (presented === undefined) throw new AuthError('not_authenticated')
    forgeryCheck.checkCookieRequest(request)
    return presented
  }

  return [
    apiRoute({
      method: 'POST',
      path: '/login',
      access: 'anybody',
      limits: ['login-per-address'],
      tag: 'login',
      summary: 'Log in and start a session',
      refusals: [
        'no_active_account',
        'email_not_verified',
        'second_factor_required',
        'hook_refused',
        'overloaded',
        'cookies_need_https',
        'csrf_check_failed',
      ],
      description:
        'With `mode` `cookie`, for pages in a browser, the tokens go into cookies that no script can read, and ' +
        'not into the body. Later requests that change something then need an allowed `Origin`. Those without a ' +
        'JSON body also need the header `X-Latchkey-CSRF`. If the account needs a second factor, the response is 401 ' +
        '`second_factor_required` with a `challenge_token` and the `factors` that complete the login.',
      body: Type.Object({
        username: Type.String({
          minLength: 1,
          description: 'Or the email address or phone number, if LOGIN_WITH allows it',
        }),
        password: Type.String({ minLength: 1, format: 'password' }),
        mode: modeSchema,
        device_token: Type.Optional(
          Type.String({ maxLength: 100, description: 'Of a trusted device; with `mode` `cookie` it is in a cookie' }),
        ),
      }),
      answer: { status: 200, schema: tokensOrLifetimes },
      handle: async ({ body: { username, mode, ...body }, origin, request, reply }) => {
        const password = countedPassword(body.password, trimPasswords)
        const answer = answerOf(mode, { request, reply })
        const deviceToken = mode === 'cookie' ? cookies.readDevice(request) : body.device_token
        return answer(await login({ username, password, deviceToken }, origin))
      },
    }),
    apiRoute({
      method: 'POST',
      path: '/refresh',
      access: 'anybody',
      tag: 'login',
      summary: 'Exchange a refresh token for new tokens',
      refusals: [
        'not_authenticated',
        'token_not_valid',
        'token_revoked',
        'token_of_wrong_type',
        'no_active_account_for_token',
        'hook_refused',
        'csrf_check_failed',
      ],
      description:
        'The refresh token stops working. Within REFRESH_RETRY_WINDOW the same request returns the same new ' +
        'refresh token. After that, it ends the session with the reason `replayed`. Without ' +
        'ROTATE_REFRESH_TOKENS, the response has no new refresh token. If the refresh token came in a cookie, ' +
        'the new tokens go into cookies.',
      body: refreshBody,
      answer: { status: 200, schema: tokensOrLifetimes },
      handle: async ({ body, origin, request, reply }) => {
        if (body.refresh_token !== undefined) return presentTokens(await refresh(body.refresh_token, origin))
        const issued = await refresh(readCookie(request), origin)
        cookies.set(reply, issued)
        return presentLifetimes(issued)
      },
    }),
    apiRoute({
      method: 'POST',
      path: '/logout',
      access: 'anybody',
      tag: 'login',
      summary: 'Log out: end the session of a refresh token',
      refusals: ['not_authenticated', 'token_not_valid', 'token_revoked', 'token_of_wrong_type', 'csrf_check_failed'],
      description:
        'If the token came in a cookie, the browser deletes its tokens, even if the session has already ended.',
      body: refreshBody,
      answer: { status: 204 },
      handle: async ({ body, origin, request, reply }) => {
        const stranger = { kind: 'stranger', origin } as const
        if (body.refresh_token !== undefined) return logout(body.refresh_token, stranger)
        const presented = readCookie(request)
        try {
          await logout(presented, stranger)
        } catch (error) {
          // Nobody can use this token any more, unlike one that could not be checked.
          if (error instanceof AuthError && apiErrors[error.code].status === 401) cookies.clear(reply)
          throw error
        }
        cookies.clear(reply)
      },
    }),
  ]
}
