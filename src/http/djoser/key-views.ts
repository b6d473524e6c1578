import { Type } from 'typebox'
import { AuthError } from '../../errors.ts'
import { ClassicAnswer } from '../classic/answer.ts'
import { readFields } from '../classic/fields.ts'
import * as schemas from '../classic/schemas.ts'
import { callerOf, type View, type ViewRequest } from '../classic/view.ts'
import type { DjoserParts } from './parts.ts'
import { refuseFaults } from './refusals.ts'

/** How an account is found whose LOGIN_FIELD is not USERNAME_FIELD. */
const loginKinds = { username: 'username', email: 'email', phone_number: 'phone' } as const

/** `token/login/` and `token/logout/` (section 11). */
export function keyViews({ flows, settings }: DjoserParts): View[] {
  const { loginField, usernameField } = settings
  const body = Type.Object({
    [loginField]: Type.Optional(Type.String({ minLength: 1 })),
    password: Type.Optional(schemas.password),
  })

  async function logIn(request: ViewRequest): Promise<ClassicAnswer> {
    const { values, errors: faults } = readFields(body, await request.body(), settings)
    refuseFaults(faults)
    const { [loginField]: username, password } = values
    if (username === undefined || password === undefined) return refused()
    const by = loginField === usernameField ? {} : { by: loginKinds[loginField] }
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

  return [
    {
      id: 'login',
      name: 'Token Create',
      paths: ['token/login/'],
      header: 'checked',
      dialect: 'djoser',
      limits: ['login-per-address'],
      methods: {
        POST: {
          summary: 'Log in for a key',
          body,
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
