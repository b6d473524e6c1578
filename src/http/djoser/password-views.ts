import { Type } from 'typebox'
import type { LinkPurpose } from '../../flows/mail/frontend-links/link-flows.ts'
import { ClassicAnswer } from '../classic/answer.ts'
import { readFields } from '../classic/fields.ts'
import * as schemas from '../classic/schemas.ts'
import type { View, ViewHandler } from '../classic/view.ts'
import { faultMessage } from '../classic/words.ts'
import { callerOf } from '../credentials/caller.ts'
import { activation, askBody, askForLink, confirmName, confirmPassword } from './mailed-links.ts'
import type { DjoserParts } from './parts.ts'
import { type PermissionKey, permitting } from './permissions.ts'
import { mismatch, refuseFieldErrors } from './refusals.ts'
import { nameSchema, repeatedName } from './user-fields.ts'

/** A path with one POST (sections 7 to 9). */
type PostView = Pick<View, 'id' | 'name' | 'limits'> & {
  path: string | readonly string[]
  handler: ViewHandler
  /** Who may use it. */
  permission: PermissionKey
  /** Whether it acts on the caller's own account. Default: no. */
  isOwn?: boolean
}

/** `set_…`, `reset_…`, `activation/` and `resend_activation/`. */
export function passwordViews(parts: DjoserParts): View[] {
  const { settings } = parts
  const { loginField, usernameField } = settings
  // djoser names the path after one field and the body after the other, so they work only if both are the same.
  const named = (write: (field: string) => string) => [...new Set([usernameField, loginField])].map(write)
  const limits = ['mail-request-per-address'] as const
  const asking = (purpose: LinkPurpose, summary: string): ViewHandler => ({
    summary,
    body: askBody,
    answer: { status: 204 },
    handle: (request) => askForLink(parts, purpose, request),
  })
  const views: PostView[] = [
    {
      id: 'user-set-password',
      path: 'users/set_password/',
      name: 'Set password',
      handler: setPassword(parts),
      permission: 'set_password',
      isOwn: true,
    },
    {
      id: 'user-set-username',
      path: named((field) => `users/set_${field}/`),
      name: `Set ${loginField}`,
      handler: setName(parts),
      permission: 'set_username',
      isOwn: true,
    },
    {
      id: 'user-reset-password',
      path: 'users/reset_password/',
      name: 'Reset password',
      handler: asking('frontend-password-reset', 'Request a link for a new password'),
      permission: 'password_reset',
      limits,
    },
    {
      id: 'user-reset-password-confirm',
      path: 'users/reset_password_confirm/',
      name: 'Reset password confirm',
      handler: confirmPassword(parts),
      permission: 'password_reset_confirm',
    },
    {
      id: 'user-reset-username',
      path: named((field) => `users/reset_${field}/`),
      name: `Reset ${loginField}`,
      handler: asking('username-reset', 'Request a link for a new name'),
      permission: 'username_reset',
      limits,
    },
    {
      id: 'user-reset-username-confirm',
      path: named((field) => `users/reset_${field}_confirm/`),
      name: `Reset ${loginField} confirm`,
      handler: confirmName(parts),
      permission: 'username_reset_confirm',
    },
    {
      id: 'user-activation',
      path: 'users/activation/',
      name: 'Activation',
      handler: activation(parts),
      permission: 'activation',
    },
    {
      id: 'user-resend-activation',
      path: 'users/resend_activation/',
      name: 'Resend activation',
      handler: asking('activation', 'Request another activation link'),
      permission: 'password_reset',
      limits,
    },
  ]
  return views.map(
    ({ path, handler, permission, isOwn = false, ...view }): View => ({
      ...view,
      paths: [path].flat(),
      header: 'required',
      dialect: 'djoser',
      methods: { POST: handler },
      ...permitting(settings.permissions, { POST: permission }, isOwn ? { needsUser: ['POST'] } : {}),
    }),
  )
}

function setPassword({ flows, settings }: DjoserParts): ViewHandler {
  const hasRetype = settings.setPasswordRetype
  const body = Type.Object({
    current_password: schemas.password,
    new_password: schemas.password,
    ...(hasRetype && { re_new_password: schemas.password }),
  })
  return {
    summary: 'Change my password',
    body,
    answer: { status: 204 },
    async handle(request) {
      const { values, errors: faults } = readFields(body, await request.body(), settings)
      const isComplete = Object.keys(faults).length === 0
      const isConfirmed = !hasRetype || values.re_new_password === values.new_password
      const outcome = await flows.changePassword(
        callerOf(request),
        {
          old: faults.current_password === undefined ? values.current_password : undefined,
          new: isComplete ? values.new_password : undefined,
          isConfirmed,
          endsKeys: settings.logoutOnPasswordChange,
        },
        request.origin,
      )
      if (outcome.kind === 'changed') return new ClassicAnswer(204)
      if (outcome.isOldPasswordWrong) faults.current_password = ['Invalid password.']
      refuseFieldErrors(faults)
      refuseFieldErrors({ new_password: outcome.newPasswordFaults.map(faultMessage) })
      throw mismatch('password')
    },
  }
}

function setName({ flows, settings }: DjoserParts): ViewHandler {
  const { loginField, setUsernameRetype: hasRetype } = settings
  const [field, repeated] = [`new_${loginField}`, `re_new_${loginField}`]
  const body = Type.Object({
    current_password: schemas.password,
    [field]: nameSchema(loginField),
    ...(hasRetype && { [repeated]: repeatedName }),
  })
  return {
    summary: 'Change my login name',
    body,
    answer: { status: 204 },
    async handle(request) {
      const { values, errors: faults } = readFields(body, await request.body(), settings)
      const name = values[field]
      const isSame = !hasRetype || values[repeated] === values[field]
      const { [field]: _, ...others } = faults
      const outcome = await flows.changeName(
        callerOf(request),
        {
          field: loginField,
          name,
          password: faults.current_password === undefined ? values.current_password : undefined,
          isConfirmed: isSame && Object.keys(others).length === 0,
        },
        request.origin,
      )
      if (outcome.kind === 'changed') return new ClassicAnswer(204)
      if (outcome.isPasswordWrong) faults.current_password = ['Invalid password.']
      if (name !== undefined) faults[field] = outcome.nameFaults.map(faultMessage)
      refuseFieldErrors(faults)
      throw mismatch(loginField)
    },
  }
}
