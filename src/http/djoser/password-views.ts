import { Type } from 'typebox'
import type { AccountFieldFault } from '../../accounts/account-fields.ts'
import type { PresentedLink } from '../../flows/mail/frontend-links/frontend-links.ts'
import type { LinkPurpose } from '../../flows/mail/frontend-links/link-flows.ts'
import { callerOf } from '../caller.ts'
import { ClassicAnswer } from '../classic/answer.ts'
import type { ClassicBody } from '../classic/body.ts'
import { readFields } from '../classic/fields.ts'
import * as schemas from '../classic/schemas.ts'
import type { View, ViewHandler, ViewRequest } from '../classic/view.ts'
import { faultMessage } from '../classic/words.ts'
import type { DjoserParts } from './parts.ts'
import { type PermissionKey, permitting } from './permissions.ts'
import { mismatch, refuseFieldErrors } from './refusals.ts'
import { nameSchema } from './user-fields.ts'

const askBody = Type.Object({ email: Type.String({ minLength: 1, format: 'email' }) })
const link = { uid: schemas.linkText, token: schemas.linkText }
const activationBody = Type.Object(link)
/** A repeated name. The only rule is that it equals the first. */
const repeatedName = Type.String({ minLength: 1 })

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

async function askForLink(
  { flows, settings }: DjoserParts,
  purpose: LinkPurpose,
  request: ViewRequest,
): Promise<ClassicAnswer> {
  const { values, errors: faults } = readFields(askBody, await request.body(), settings)
  const { email } = values
  if (email !== undefined) faults.email = addressFaults(flows.register.checkEmail(email))
  refuseFieldErrors(faults)
  if (email === undefined) throw new Error('an address without faults is missing')
  const tells = settings.passwordResetShowEmailNotFound || settings.usernameResetShowEmailNotFound
  if (tells && !(await flows.frontendLinks.isKnown(purpose, email))) {
    return new ClassicAnswer(400, ['User with given email does not exist.'])
  }
  if (purpose === 'activation' && !settings.sendsActivationEmail) return new ClassicAnswer(400)
  await flows.frontendLinks.ask(purpose, email, request.origin)
  return new ClassicAnswer(204)
}

function confirmPassword({ flows, settings }: DjoserParts): ViewHandler {
  const hasRetype = settings.passwordResetConfirmRetype
  const body = Type.Object({
    ...schemas.resetBody.properties,
    ...(hasRetype && { re_new_password: schemas.password }),
  })
  return {
    summary: 'Set a new password with a mailed link',
    body,
    answer: { status: 204 },
    async handle(request) {
      const sent = await request.body()
      const { values, errors: faults } = readFields(body, sent, settings)
      refuseFieldErrors(faults)
      const { new_password: password = '', re_new_password: repeated } = values
      refuseFieldErrors({ new_password: (await flows.register.checkPassword(password)).map(faultMessage) })
      if (hasRetype && repeated !== password) throw mismatch('password')
      const outcome = await flows.frontendLinks.resetPassword(presentedLink(sent), password, request.origin)
      if (outcome.kind === 'weak') refuseFieldErrors({ new_password: outcome.faults.map(faultMessage) })
      return answerLink(outcome.kind)
    },
  }
}

function confirmName({ flows, settings }: DjoserParts): ViewHandler {
  const { loginField, usernameResetConfirmRetype: hasRetype } = settings
  const [field, repeated] = [`new_${loginField}`, `re_new_${loginField}`]
  const body = Type.Object({
    [field]: nameSchema(loginField),
    ...(hasRetype && { [repeated]: repeatedName }),
  })
  return {
    summary: 'Set a new login name with a mailed link',
    body: Type.Object({ ...link, ...body.properties }),
    answer: { status: 204 },
    async handle(request) {
      const sent = await request.body()
      const { values, errors: faults } = readFields(body, sent, settings)
      const { [field]: name, [repeated]: again } = values
      if (name !== undefined) {
        faults[field] = (await flows.loginNames.faults(name, loginField)).map(faultMessage)
      }
      refuseFieldErrors(faults)
      if (hasRetype && again !== name) throw mismatch(loginField)
      const wanted = { name: name ?? '', field: loginField }
      const outcome = await flows.frontendLinks.resetName(presentedLink(sent), wanted, request.origin)
      if (outcome.kind === 'refused_name') refuseFieldErrors({ [field]: outcome.faults.map(faultMessage) })
      return answerLink(outcome.kind)
    },
  }
}

function activation({ flows, settings }: DjoserParts): ViewHandler {
  return {
    summary: 'Activate an account with a mailed link',
    body: activationBody,
    answer: { status: 204 },
    async handle(request) {
      const sent = await request.body()
      refuseFieldErrors(readFields(activationBody, sent, settings).errors)
      const outcome = await flows.frontendLinks.activate(presentedLink(sent), request.origin)
      return outcome.kind === 'stale'
        ? new ClassicAnswer(403, { detail: 'Stale token for given user.' })
        : answerLink(outcome.kind)
    },
  }
}

function answerLink(outcome: string): ClassicAnswer {
  switch (outcome) {
    case 'done':
      return new ClassicAnswer(204)
    case 'bad_uid':
      return new ClassicAnswer(400, { uid: ["Invalid user id or user doesn't exist."] })
    default:
      return new ClassicAnswer(400, { token: ['Invalid token for given user.'] })
  }
}

/** The faults of an address that an email is requested for. djoser does not limit its length. */
function addressFaults(faults: readonly AccountFieldFault[]): string[] {
  return faults.filter(({ fault }) => fault !== 'too_long').map(faultMessage)
}

/** The link exactly as it was sent, with white space at its ends. Anything but a text is an invalid link. */
function presentedLink(sent: ClassicBody): PresentedLink {
  const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return { uid: textOf(sent.get('uid')), token: textOf(sent.get('token')) }
}
