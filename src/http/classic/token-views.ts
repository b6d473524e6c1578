import type { EndSessions } from '../../flows/sessions/end-sessions.ts'
import type { Login } from '../../flows/tokens/login.ts'
import type { Logout } from '../../flows/tokens/logout.ts'
import type { Refresh } from '../../flows/tokens/refresh.ts'
import type { VerifyToken } from '../../flows/tokens/verify-token.ts'
import { callerOf } from '../credentials/caller.ts'
import { ClassicAnswer, fieldErrors } from './answer.ts'
import type { ClassicBody } from './body.ts'
import { classicErrors } from './errors.ts'
import { readFields } from './fields.ts'
import * as schemas from './schemas.ts'
import type { View, ViewRequest } from './view.ts'

type TokenViewParts = {
  login: Login
  refresh: Refresh
  verifyToken: VerifyToken
  logout: Logout
  endSessions: Pick<EndSessions, 'one'>
  trimPasswords: boolean
  /** USERNAME_FIELD */
  usernameField: string
}

/** Log in, refresh, verify, blacklist, log out (sections 6.5 to 6.11). */
export function tokenViews(parts: TokenViewParts): View[] {
  const { login, refresh, verifyToken, logout, endSessions, trimPasswords, usernameField } = parts
  const loginBody = schemas.loginBody(usernameField)

  async function logIn(request: ViewRequest) {
    const { values, errors: faults } = readFields(loginBody, await request.body(), { trimPasswords })
    const { [usernameField]: username, password } = values
    if (username === undefined || password === undefined || Object.keys(faults).length > 0) throw fieldErrors(faults)
    const { refresh, access, account } = await login({ username, password }, request.origin)
    return { tokens: { refresh, access }, account }
  }

  function readToken(schema: typeof schemas.refreshBody | typeof schemas.verifyBody, body: ClassicBody): string {
    const { values, errors: faults } = readFields(schema, body, { trimPasswords })
    const [token] = Object.values(values)
    if (token === undefined || Object.keys(faults).length > 0) throw fieldErrors(faults)
    return token
  }

  async function rotate(request: ViewRequest) {
    const tokens = await refresh(readToken(schemas.refreshBody, await request.body()), request.origin)
    const { access } = tokens
    return 'refresh' in tokens ? { access, refresh: tokens.refresh } : { access }
  }

  return [
    {
      id: 'token_obtain_pair',
      name: 'Token Obtain Pair',
      paths: ['/api/login/', '/api/token/', '/token/'],
      header: 'ignored',
      limits: ['login-per-address'],
      methods: {
        POST: {
          summary: 'Log in',
          body: loginBody,
          answer: { status: 200, schema: schemas.tokenPair },
          handle: async (request) => {
            const { tokens, account } = await logIn(request)
            return new ClassicAnswer(200, tokens, account)
          },
        },
      },
    },
    {
      id: 'user_authentication',
      name: 'User Authentication',
      paths: ['/api/users/authentication/'],
      header: 'ignored',
      limits: ['login-per-address'],
      methods: {
        POST: {
          summary: 'Log in, with a message',
          body: loginBody,
          answer: { status: 200, schema: schemas.tokenPairWithMessage },
          handle: async (request) => {
            const { tokens, account } = await logIn(request)
            return new ClassicAnswer(200, { message: 'Login successful', ...tokens }, account)
          },
        },
      },
    },
    {
      id: 'token_refresh',
      name: 'Token Refresh',
      paths: ['/api/token/refresh/', '/api/refresh/', '/token/refresh/'],
      header: 'ignored',
      methods: {
        POST: {
          summary: 'Exchange a refresh token for a new pair',
          body: schemas.refreshBody,
          answer: { status: 200, schema: schemas.refreshedTokens },
          handle: async (request) => new ClassicAnswer(200, await rotate(request)),
        },
      },
    },
    {
      id: 'token_refresh_and_verify',
      name: 'Token Refresh And Verify',
      paths: ['/api/token/refresh-and-verify/'],
      header: 'ignored',
      methods: {
        POST: {
          summary: 'Exchange a refresh token for a new pair, with a message',
          body: schemas.refreshBody,
          answer: { status: 200, schema: schemas.refreshedTokensWithMessage },
          handle: async (request) => new ClassicAnswer(200, { message: 'Token is valid', ...(await rotate(request)) }),
        },
      },
    },
    {
      id: 'token_verify',
      name: 'Token Verify',
      paths: ['/api/token/verify/'],
      header: 'ignored',
      methods: {
        POST: {
          summary: 'Check whether a token of either kind is valid',
          body: schemas.verifyBody,
          answer: { status: 200, schema: schemas.nothing },
          handle: async (request) => {
            const verified = await verifyToken(readToken(schemas.verifyBody, await request.body()))
            return verified.kind === 'good'
              ? new ClassicAnswer(200, {})
              : new ClassicAnswer(400, { non_field_errors: [classicErrors.token_revoked.detail] })
          },
        },
      },
    },
    {
      id: 'token_blacklist',
      name: 'Token Blacklist',
      paths: ['/api/token/blacklist/'],
      header: 'ignored',
      methods: {
        POST: {
          summary: 'End the session of a refresh token',
          body: schemas.refreshBody,
          answer: { status: 200, schema: schemas.nothing },
          handle: async (request) => {
            const { origin } = request
            await logout(readToken(schemas.refreshBody, await request.body()), { kind: 'stranger', origin })
            return new ClassicAnswer(200, {})
          },
        },
      },
    },
    {
      id: 'token_logout',
      name: 'Logout',
      paths: ['/api/logout/'],
      header: 'required',
      ...logoutMethods(schemas.refreshBody),
      withOptions: ({ optional = [] }) =>
        logoutMethods(optional.includes('refresh') ? schemas.optionalRefreshBody : schemas.refreshBody),
    },
  ]

  function logoutMethods(body: typeof schemas.refreshBody | typeof schemas.optionalRefreshBody): Pick<View, 'methods'> {
    return {
      methods: {
        POST: {
          summary: 'Log out: end the session of a refresh token',
          body,
          answer: { status: 205 },
          async handle(request) {
            const { values, errors: faults } = readFields(body, await request.body(), { trimPasswords })
            if (Object.keys(faults).length > 0) throw fieldErrors(faults)
            if (values.refresh === undefined) await endOwnSession(request)
            else await logout(values.refresh, { kind: 'stranger', origin: request.origin })
            return new ClassicAnswer(205)
          },
        },
      },
    }
  }

  /** Without a refresh token, this ends the session of the access token. If it has already ended, nothing happens. */
  async function endOwnSession(request: ViewRequest): Promise<void> {
    const caller = callerOf(request)
    const { sessionId } = caller
    if (sessionId !== undefined) await endSessions.one(sessionId, { kind: 'owner', caller, origin: request.origin })
  }
}
