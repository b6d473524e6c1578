import type { UsernameField } from '../../accounts/names/login-kind.ts'
import { wireUid } from '../../accounts/names/uid.ts'
import type { ChangePassword } from '../../flows/accounts/passwords/change-password.ts'
import { callerOf } from '../credentials/caller.ts'
import { ClassicAnswer, fieldErrors } from './answer.ts'
import { readFields } from './fields.ts'
import * as schemas from './schemas.ts'
import type { View } from './view.ts'
import { faultMessage } from './words.ts'

type AccountViewParts = {
  changePassword: ChangePassword
  trimPasswords: boolean
  usernameField: UsernameField
}

/** The caller's own account (sections 6.12, 6.13 and 6.15). */
export function accountViews({ changePassword, trimPasswords, usernameField }: AccountViewParts): View[] {
  return [
    {
      id: 'change_password',
      name: 'Change Password',
      paths: ['/api/change-password/'],
      header: 'required',
      methods: {
        POST: {
          summary: 'Change my password',
          body: schemas.changePasswordBody,
          answer: { status: 200, schema: schemas.message },
          handle: async (request) => {
            const body = await request.body()
            const { values, errors: faults } = readFields(schemas.changePasswordBody, body, { trimPasswords })
            const outcome = await changePassword(
              callerOf(request),
              {
                old: faults.old_password === undefined ? values.old_password : undefined,
                new: faults.new_password === undefined ? values.new_password : undefined,
              },
              request.origin,
            )
            if (outcome.kind === 'changed') {
              return new ClassicAnswer(200, { message: 'Password updated successfully' })
            }
            if (outcome.isOldPasswordWrong) faults.old_password = ['Wrong password.']
            const weak = outcome.newPasswordFaults.map(faultMessage)
            if (weak.length > 0) faults.new_password = weak
            throw fieldErrors(faults)
          },
        },
      },
    },
    {
      id: 'authentication_token_header',
      name: 'Authentication Token Header',
      paths: ['/api/token/authentication-token-header/'],
      header: 'required',
      methods: {
        POST: {
          summary: 'Check whether the token in the header is valid',
          answer: { status: 200, schema: schemas.message },
          handle: async () => new ClassicAnswer(200, { message: 'User authenticated successfully' }),
        },
      },
    },
    {
      id: 'user_profile',
      name: 'User Profile',
      paths: ['/api/users/profile/'],
      header: 'required',
      methods: {
        GET: {
          summary: 'Get my profile',
          answer: { status: 200, schema: schemas.profile(usernameField) },
          handle: async (request) => {
            const { account } = callerOf(request)
            const { username, email, phoneNumber, firstName, lastName } = account
            const name = { username: { username }, email: {}, phone_number: { phone_number: phoneNumber } }[
              usernameField
            ]
            const names = { ...name, email, first_name: firstName, last_name: lastName }
            return new ClassicAnswer(200, { id: wireUid(account), ...names }, account)
          },
        },
      },
    },
  ]
}
