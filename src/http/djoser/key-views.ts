import { Type } from 'typebox'
import { kindOfField } from '../../accounts/names/login-kind.ts'
import { AuthError } from '../../errors.ts'
import { isFactorType } from '../../mfa/factor.ts'
import { ClassicAnswer } from '../classic/answer.ts'
import type { ClassicBody } from '../classic/body.ts'
import { readFields } from '../classic/fields.ts'
import * as schemas from '../classic/schemas.ts'
import type { View, ViewRequest } from '../classic/view.ts'
import { callerOf } from '../credentials/caller.ts'
import type { DjoserParts } from './parts.ts'
import { permissionFor, permitting } from './permissions.ts'
import { refuseFieldErrors } from './refusals.ts'

/** The proof that completes a login with a second factor. */
const proof = Type.Object({
  challenge_token: Type.String({
    minLength: 1,
    description: 'Of a login that needs a second factor, in place of the password',
  }),
  factor: Type.String({ minLength: 1, description: 'One of the `factors` of that answer' }),
  code: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
})
const credential = Type.Optional(Type.Object({}, { additionalProperties: true, description: 'Of a passkey' }))

/** `token/login/` and `token/logout/` (section 11). */
export function keyViews({ flows, settings }: DjoserParts): View[] {
  const { loginField, usernameField } = settings
  const credentials = Type.Object({
    [loginField]: Type.Optional(Type.String({ minLength: 1 })),
    password: Type.Optional(schemas.password),
  })

  async function logIn(request: ViewRequest): Promise<ClassicAnswer> {
    const sent = await request.body()
    if (sent.get('challenge_token') !== undefined) return completeLogin(sent, request)
    const { values, errors: faults } = readFields(credentials, sent, settings)
    refuseFieldErrors(faults)
    const { [loginField]: username, password } = values
    if (username === undefined || password === undefined) return refused()
    const by = loginField === usernameField ? {} : { by: kindOfField[loginField] }
    try {
      const { account, key } = await flows.loginForKey({ username, password, ...by }, request.origin)
      return new ClassicAnswer(200, { auth_token: key }, account)
    } catch (error) {
      const isRefused =
        error instanceof AuthError && (error.code === 'no_active_account' || error.code === 'email_not_verified')
      if (isRefused) return refused()
      throw error
    }
  }

  /** The second step of a login that was answered with `second_factor_required`. */
  async function completeLogin(sent: ClassicBody, { origin }: ViewRequest): Promise<ClassicAnswer> {
    const { values, errors: faults } = readFields(proof, sent, settings)
    const { challenge_token: token = '', factor: type = '', code } = values
    if (!isFactorType(type)) faults.factor ??= [`"${type}" is not a valid choice.`]
    refuseFieldErrors(faults)
    if (!isFactorType(type)) throw new Error('a factor without faults is unknown')
    const presented = { code, credential: sent.json('credential') }
    const { account, key } = await flows.secondFactor.completeForKey(
      { token, type, presented, trustsDevice: false },
      origin,
    )
    return new ClassicAnswer(200, { auth_token: key }, account)
  }

  return [
    {
      id: 'login',
      name: 'Token Create',
      paths: ['token/login/'],
      // Open for every method, unless PERMISSIONS says otherwise.
      header: permissionFor(settings.permissions, 'token_create').change === 'anybody' ? 'checked' : 'required',
      dialect: 'djoser',
      permit: permitting(settings.permissions, { POST: 'token_create' }).permit,
      limits: ['login-per-address'],
      methods: {
        POST: {
          summary: 'Log in for a key',
          body: Type.Object({ ...credentials.properties, ...Type.Partial(proof).properties, credential }),
          answer: { status: 200, schema: Type.Object({ auth_token: Type.String({ description: 'The key' }) }) },
          handle: logIn,
        },
      },
    },
    {
      id: 'logout',
      name: 'Token Destroy',
      paths: ['token/logout/'],
      header: 'required',
      dialect: 'djoser',
      permit: permitting(settings.permissions, { POST: 'token_destroy' }).permit,
      methods: {
        POST: {
          summary: 'End my keys on all devices',
          answer: { status: 204 },
          handle: async (request) => {
            await flows.sessionKeys.endAll({ kind: 'owner', caller: callerOf(request), origin: request.origin })
            return new ClassicAnswer(204)
          },
        },
      },
    },
  ]
}

function refused(): ClassicAnswer {
  return new ClassicAnswer(400, { non_field_errors: ['Unable to log in with provided credentials.'] })
}
