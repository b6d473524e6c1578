import { Type } from 'typebox'
import type { AccountFieldFault } from '../../accounts/account-fields.ts'
import type { PresentedLink } from '../../flows/mail/frontend-links/frontend-links.ts'
import type { LinkPurpose } from '../../flows/mail/frontend-links/link-flows.ts'
import { ClassicAnswer } from '../classic/answer.ts'
import type { ClassicBody } from '../classic/body.ts'
import { readFields } from '../classic/fields.ts'
import * as schemas from '../classic/schemas.ts'
import type { ViewHandler, ViewRequest } from '../classic/view.ts'
import { faultMessage } from '../classic/words.ts'
import type { DjoserParts } from './parts.ts'
import { mismatch, refuseFieldErrors } from './refusals.ts'
import { nameSchema, repeatedName } from './user-fields.ts'

/** The body of a request for a link. */
export const askBody = Type.Object({ email: Type.String({ minLength: 1, format: 'email' }) })
const link = { uid: schemas.linkText, token: schemas.linkText }
const activationBody = Type.Object(link)

/** Answers a request for a link of this purpose. */
export async function askForLink(
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

/** Sets a new password with a link. */
export function confirmPassword({ flows, settings }: DjoserParts): ViewHandler {
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

/** Sets a new login name with a link. */
export function confirmName({ flows, settings }: DjoserParts): ViewHandler {
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

/** Activates an account with a link. */
export function activation({ flows, settings }: DjoserParts): ViewHandler {
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
