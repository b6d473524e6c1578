import { Type } from 'typebox'
import { EMAIL_LIMIT } from '../../../accounts/names/email-address.ts'
import type { EnrolAtLogin } from '../../../flows/mfa/enrol-at-login.ts'
import type { MailLogin } from '../../../flows/mfa/mail-login.ts'
import type { PasskeyLogin } from '../../../flows/mfa/passkey-login.ts'
import type { SecondFactor } from '../../../flows/mfa/second-factor.ts'
import type { ForgeryCheck } from '../../credentials/forgery-check.ts'
import type { SessionCookies } from '../../credentials/session-cookies.ts'
import { type ApiRoute, apiRoute } from '../route.ts'
import { challengeToken, factorType, proofFields } from './factor-json.ts'
import { createLoginAnswers, modeSchema, tokensOrLifetimes, tokensWithCodes } from './token-json.ts'

export type SecondFactorRouteParts = {
  secondFactor: SecondFactor
  passkeyLogin: PasskeyLogin
  enrolAtLogin: EnrolAtLogin
  mailLogin: MailLogin
  cookies: SessionCookies
  forgeryCheck: ForgeryCheck
}

/** The response that begins a proof: options for the authenticator, or where a code was sent. */
export const begunSchema = Type.Object({
  options: Type.Optional(
    Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      description: 'For `PublicKeyCredential.parseRequestOptionsFromJSON`',
    }),
  ),
  sent_to: Type.Optional(Type.String({ description: 'The address that the code was mailed to, mostly hidden' })),
})

/** The factors that a login can set up. */
const enrollable = Type.Optional(Type.Enum(['totp', 'passkey'], { description: 'Default `totp`' }))

/** Complete a login with a second factor, or log in with a passkey alone. */
export function secondFactorRoutes(parts: SecondFactorRouteParts): ApiRoute[] {
  const { secondFactor, passkeyLogin, enrolAtLogin, mailLogin } = parts
  const answerOf = createLoginAnswers(parts)
  return [
    apiRoute({
      method: 'POST',
      path: '/login/second-factor/begin',
      access: 'anybody',
      tag: 'login',
      summary: 'Begin to prove a second factor',
      description:
        'Needed for passkeys and for mailed codes. It mails the code, or returns the options for the browser.',
      body: Type.Object({ challenge_token: challengeToken, factor: factorType }),
      answer: { status: 200, schema: begunSchema },
      refusals: ['challenge_not_valid', 'factor_unavailable'],
      handle: ({ body, origin }) => secondFactor.begin(body.challenge_token, body.factor, origin),
    }),
    apiRoute({
      method: 'POST',
      path: '/login/second-factor',
      access: 'anybody',
      tag: 'login',
      summary: 'Complete a login with a second factor',
      description:
        'The challenge is valid for five minutes and five wrong attempts, and can be used once. With `trust_device`, if ' +
        'TRUSTED_DEVICE_LIFETIME is set, this device is not asked for a second factor again: it gets a cookie, or with ' +
        '`mode` `token` a `device_token`.',
      body: Type.Object({
        challenge_token: challengeToken,
        factor: factorType,
        ...proofFields,
        trust_device: Type.Optional(Type.Boolean({ description: 'Default false' })),
        mode: modeSchema,
      }),
      answer: { status: 200, schema: tokensOrLifetimes },
      refusals: [
        'challenge_not_valid',
        'second_factor_not_valid',
        'factor_unavailable',
        'no_active_account',
        'email_not_verified',
        'hook_refused',
        'overloaded',
        'cookies_need_https',
        'csrf_check_failed',
      ],
      handle: async ({ body, origin, request, reply }) => {
        const {
          challenge_token: token,
          factor: type,
          mode,
          code,
          credential,
          trust_device: trustsDevice = false,
        } = body
        const answer = answerOf(mode, { request, reply })
        const presented = { code, credential }
        return answer(await secondFactor.complete({ token, type, presented, trustsDevice }, origin))
      },
    }),
    apiRoute({
      method: 'POST',
      path: '/login/enrolment/begin',
      access: 'anybody',
      limits: ['login-per-address'],
      tag: 'login',
      summary: 'Begin to set up the second factor that this login requires',
      description:
        'Use this if the challenge has no `factors`: the account must have a second factor, and its grace period is over. Choose one that ' +
        'the challenge lists as `enrollable`.',
      body: Type.Object({ challenge_token: challengeToken, factor: enrollable }),
      answer: {
        status: 200,
        schema: Type.Object({
          options: begunSchema.properties.options,
          secret: Type.Optional(Type.String({ description: 'For an authenticator app, in base32' })),
          uri: Type.Optional(Type.String({ description: 'The same as an `otpauth:` URI, for a QR code' })),
        }),
      },
      refusals: ['challenge_not_valid', 'factor_unavailable'],
      handle: ({ body }) => enrolAtLogin.begin(body.challenge_token, body.factor ?? 'totp'),
    }),
    apiRoute({
      method: 'POST',
      path: '/login/enrolment',
      access: 'anybody',
      limits: ['login-per-address'],
      tag: 'login',
      summary: 'Set up a second factor and complete the login with its first proof',
      description:
        'Send a code of the app, or the credential that the browser created. The response contains recovery codes: save them, ' +
        'then confirm `recovery_code` with `POST /me/factors/confirm`.',
      body: Type.Object({
        challenge_token: challengeToken,
        factor: enrollable,
        ...proofFields,
        mode: modeSchema,
      }),
      answer: { status: 200, schema: tokensWithCodes },
      refusals: [
        'challenge_not_valid',
        'factor_unavailable',
        'passkey_exists',
        'no_active_account',
        'email_not_verified',
        'hook_refused',
        'overloaded',
        'cookies_need_https',
        'csrf_check_failed',
      ],
      handle: async ({ body, origin, request, reply }) => {
        const { challenge_token: token, factor = 'totp', mode, code, credential } = body
        const answer = answerOf(mode, { request, reply })
        const issued = await enrolAtLogin.complete(token, factor, { code, credential }, origin)
        return { ...answer(issued), recovery_codes: [...issued.recoveryCodes] }
      },
    }),
    apiRoute({
      method: 'POST',
      path: '/login/passkey/begin',
      access: 'anybody',
      tag: 'login',
      summary: 'Begin a login with a passkey',
      description: 'The response is the same for everybody and names no passkey: the authenticator knows its own.',
      answer: {
        status: 200,
        schema: Type.Object({ challenge_token: challengeToken, expires_in: Type.Integer(), ...begunSchema.properties }),
      },
      refusals: ['passkeys_unavailable'],
      handle: async () => {
        const { token, answer, expiresInSeconds } = await passkeyLogin.begin()
        return { challenge_token: token, expires_in: expiresInSeconds, ...answer }
      },
    }),
    apiRoute({
      method: 'POST',
      path: '/login/passkey',
      access: 'anybody',
      tag: 'login',
      summary: 'Log in with a passkey',
      description: 'The authenticator must verify its user. Then the passkey counts as two factors.',
      body: Type.Object({ challenge_token: challengeToken, credential: proofFields.credential, mode: modeSchema }),
      answer: { status: 200, schema: tokensOrLifetimes },
      refusals: [
        'challenge_not_valid',
        'second_factor_not_valid',
        'no_active_account',
        'email_not_verified',
        'hook_refused',
        'cookies_need_https',
        'csrf_check_failed',
      ],
      handle: async ({ body, origin, request, reply }) => {
        const answer = answerOf(body.mode, { request, reply })
        return answer(await passkeyLogin.complete(body.challenge_token, { credential: body.credential }, origin))
      },
    }),
    apiRoute({
      method: 'POST',
      path: '/login/mail/begin',
      access: 'anybody',
      limits: ['mail-request-per-address'],
      tag: 'login',
      summary: 'Request a code by email, to log in with it',
      description:
        'Only with LOGIN_BY_MAIL. The response is the same for known and unknown addresses. An email goes to the confirmed ' +
        'address of an active account.',
      body: Type.Object({ email: Type.String({ minLength: 1, maxLength: EMAIL_LIMIT }) }),
      answer: { status: 202, schema: Type.Object({ challenge_token: challengeToken, expires_in: Type.Integer() }) },
      refusals: ['factor_unavailable'],
      handle: async ({ body, origin }) => {
        const { token, expiresInSeconds } = await mailLogin.begin(body.email, origin)
        return { challenge_token: token, expires_in: expiresInSeconds }
      },
    }),
    apiRoute({
      method: 'POST',
      path: '/login/mail',
      access: 'anybody',
      limits: ['login-per-address'],
      tag: 'login',
      summary: 'Log in with a code that was mailed',
      description:
        'Five attempts within ten minutes. If the account has another second factor, the login asks for it next.',
      body: Type.Object({
        challenge_token: challengeToken,
        code: Type.String({ minLength: 1, maxLength: 40 }),
        mode: modeSchema,
      }),
      answer: { status: 200, schema: tokensOrLifetimes },
      refusals: [
        'challenge_not_valid',
        'second_factor_not_valid',
        'second_factor_required',
        'no_active_account',
        'hook_refused',
        'cookies_need_https',
        'csrf_check_failed',
      ],
      handle: async ({ body, origin, request, reply }) => {
        const answer = answerOf(body.mode, { request, reply })
        return answer(await mailLogin.complete(body.challenge_token, body.code, origin))
      },
    }),
  ]
}
