import { Type } from 'typebox'
import type { Register } from '../../flows/accounts/sign-up/register.ts'
import type { FrontendLinks } from '../../flows/mail/frontend-links/frontend-links.ts'
import type { AskForMail } from '../../flows/mail/mail-requests.ts'
import type { MountedView } from '../../hooks/urls.ts'
import { ClassicAnswer, fieldErrors } from './answer.ts'
import { readFields } from './fields.ts'
import * as schemas from './schemas.ts'
import type { View } from './view.ts'
import { faultMessage } from './words.ts'

type PasswordResetViewParts = {
  register: Pick<Register, 'checkEmail' | 'checkPassword'>
  frontendLinks: Pick<FrontendLinks, 'ask' | 'resetPassword'>
  askForMail: AskForMail
  /** Whether PASSWORD_RESET_CONFIRM_URL is set. If not, the mailed link opens Latchkey's own page. */
  hasFrontend: boolean
  trimPasswords: boolean
}

const askBody = Type.Object({ email: schemas.requiredEmail })

/** `password_reset` and `password_reset_confirm`, in the words of Django projects. `urls` mounts them. */
export function passwordResetViews(parts: PasswordResetViewParts): View[] {
  const { register, frontendLinks, askForMail, hasFrontend, trimPasswords } = parts
  return [
    {
      id: 'password_reset',
      name: 'Password Reset',
      paths: [],
      header: 'ignored',
      limits: ['mail-request-per-address'],
      methods: {
        POST: {
          summary: 'Request an email with a link to set a new password',
          body: askBody,
          answer: { status: 200, schema: schemas.message },
          async handle(request) {
            const { values, errors } = readFields(askBody, await request.body(), { trimPasswords })
            const { email } = values
            const found = email === undefined ? [] : register.checkEmail(email).map(faultMessage)
            if (found.length > 0) throw fieldErrors({ email: found })
            if (email === undefined || Object.keys(errors).length > 0) throw fieldErrors(errors)
            if (hasFrontend) await frontendLinks.ask('frontend-password-reset', email, request.origin)
            else await askForMail('password-reset', email, request.origin)
            return new ClassicAnswer(200, { message: 'Password reset e-mail has been sent.' })
          },
        },
      },
    },
    {
      id: 'password_reset_confirm',
      name: 'Password Reset Confirm',
      paths: [],
      header: 'ignored',
      ...confirmation(parts, {}),
      withOptions: (options) => confirmation(parts, options),
    },
  ]
}

function confirmation(
  { register, frontendLinks, trimPasswords }: PasswordResetViewParts,
  { required = [] }: Partial<MountedView>,
): Pick<View, 'methods'> {
  const isTwice = required.includes('password2')
  const body = Type.Object({ ...schemas.resetBody.properties, ...(isTwice && { new_password2: schemas.password }) })
  return {
    methods: {
      POST: {
        summary: 'Set a new password with a mailed link',
        body,
        answer: { status: 200, schema: schemas.message },
        async handle(request) {
          const { values, errors: faults } = readFields(body, await request.body(), { trimPasswords })
          const { uid, token, new_password: password, new_password2: repeated } = values
          if (password === undefined || Object.keys(faults).length > 0) throw fieldErrors(faults)
          const weak = await register.checkPassword(password)
          if (weak.length > 0) throw fieldErrors({ new_password: weak.map(faultMessage) })
          if (isTwice && repeated !== password) {
            throw fieldErrors({ new_password2: ["The two password fields didn't match."] })
          }
          const outcome = await frontendLinks.resetPassword({ uid, token }, password, request.origin)
          switch (outcome.kind) {
            case 'done':
              return new ClassicAnswer(200, { message: 'Password has been reset with the new password.' })
            case 'weak':
              throw fieldErrors({ new_password: outcome.faults.map(faultMessage) })
            case 'bad_uid':
              throw fieldErrors({ uid: ['Invalid value'] })
            case 'bad_token':
              throw fieldErrors({ token: ['Invalid value'] })
          }
        },
      },
    },
  }
}
