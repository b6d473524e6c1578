import { type TObject, Type } from 'typebox'
import { normalizeEmailDomain } from '../../accounts/names/email-address.ts'
import { normalizeUsername } from '../../accounts/names/username.ts'
import { AuthError } from '../../errors.ts'
import type { UserKey } from '../../flows/accounts/list-users.ts'
import { ClassicAnswer } from '../classic/answer.ts'
import { readFields } from '../classic/fields.ts'
import { inFieldWords } from '../classic/profile-views.ts'
import * as schemas from '../classic/schemas.ts'
import { addUnseen } from '../classic/sign-up-views.ts'
import type { View, ViewHandler, ViewMethod, ViewRequest } from '../classic/view.ts'
import { faultMessage } from '../classic/words.ts'
import { callerOf } from '../credentials/caller.ts'
import type { DjoserParts } from './parts.ts'
import { permissionFor, permitting } from './permissions.ts'
import { mismatch, refuseFieldErrors } from './refusals.ts'
import { onlyStaffCreateUsers } from './settings.ts'
import { changeSchema, presentUser, signUpSchema, userSchema } from './user-fields.ts'

const deletion = Type.Object({ current_password: schemas.password })

/** `users/`, `users/me/` and `users/<id>/` (section 6). */
export function userViews(parts: DjoserParts): View[] {
  const { flows, settings } = parts
  const { permissions, hideUsers } = settings
  const hiding = (methods: readonly ViewMethod[]) => ({ hides: hideUsers ? methods : [] })
  const user = userSchema(settings)
  const oneUser = (whose: string, target: Target) => oneUserMethods(parts, whose, target)
  return [
    {
      id: 'user-list',
      name: 'User List',
      paths: ['users/'],
      header: 'required',
      ...permitting(permissions, { GET: 'user_list', POST: 'user_create' }, hiding(['GET'])),
      dialect: 'djoser',
      limitsOf: { POST: ['registration-per-address'] },
      methods: {
        GET: {
          summary: 'List the users that I may see',
          answer: { status: 200, schema: Type.Array(user) },
          handle: async (request) => {
            const users = await flows.listUsers.list(request.caller)
            return new ClassicAnswer(
              200,
              users.map((account) => presentUser(account, settings)),
            )
          },
        },
        POST: {
          summary: 'Sign up',
          body: signUpSchema(settings, settings.userCreatePasswordRetype),
          answer: { status: 201, schema: user },
          handle: (request) => signUp(parts, request),
        },
      },
    },
    {
      id: 'user-me',
      name: 'User',
      paths: ['users/me/'],
      header: 'required',
      dialect: 'djoser',
      ...permitting(
        permissions,
        { GET: 'user', PUT: 'user', PATCH: 'user', DELETE: 'user_delete' },
        { needsUser: ['GET', 'PUT', 'PATCH', 'DELETE'] },
      ),
      methods: oneUser('my', async (request) => callerOf(request).account),
    },
    {
      id: 'user-detail',
      name: 'User Instance',
      paths: ['users/:id/'],
      header: 'required',
      dialect: 'djoser',
      // Anonymous callers change nobody, and users change nobody else, whatever PERMISSIONS says.
      ...permitting(
        permissions,
        { GET: 'user', PUT: 'user', PATCH: 'user', DELETE: 'user_delete' },
        { needsUser: ['PUT', 'PATCH', 'DELETE'], ...hiding(['GET', 'PUT', 'PATCH']) },
      ),
      methods: oneUser("a user's", (request, purpose) => {
        const key = keyOf(request, settings.userIdField)
        const { listUsers } = flows
        if (purpose === 'delete') return listUsers.getToDelete(callerOf(request), key)
        return purpose === 'read' && permissionFor(permissions, 'user').showsOthers
          ? listUsers.getShown(key)
          : listUsers.get(callerOf(request), key)
      }),
    },
  ]
}

type Target = (
  request: ViewRequest,
  purpose: 'read' | 'change' | 'delete',
) => ReturnType<DjoserParts['flows']['listUsers']['get']>

function oneUserMethods({ flows, settings }: DjoserParts, whose: string, target: Target): View['methods'] {
  const body = changeSchema(settings)
  const user = userSchema(settings)
  const change: Omit<ViewHandler, 'summary'> = {
    body,
    answer: { status: 200, schema: user },
    async handle(request) {
      const { id } = await target(request, 'change')
      const { values, errors: faults } = readFields(body, await request.body(), settings)
      if (values.email !== undefined) faults.email = flows.register.checkEmail(values.email).map(faultMessage)
      refuseFieldErrors(faults)
      const changes = {
        email: values.email,
        firstName: values.first_name,
        lastName: values.last_name,
        phoneNumber: values.phone_number,
      }
      const account = await inFieldWords(() => flows.changeUser(id, changes, callerOf(request), request.origin))
      return new ClassicAnswer(200, presentUser(account, settings), account)
    },
  }
  return {
    GET: {
      summary: `Get ${whose} data`,
      answer: { status: 200, schema: user },
      async handle(request) {
        const account = await target(request, 'read')
        return new ClassicAnswer(200, presentUser(account, settings), account)
      },
    },
    PUT: { summary: `Change ${whose} data`, ...change },
    PATCH: { summary: `Change some of ${whose} data`, ...change },
    DELETE: {
      summary: `Delete ${whose} account, with my password`,
      body: deletion,
      answer: { status: 204 },
      async handle(request) {
        const { id } = await target(request, 'delete')
        const { values, errors: faults } = readFields(deletion, await request.body(), settings)
        refuseFieldErrors(faults)
        const caller = callerOf(request)
        const password = values.current_password ?? ''
        await refusingWrongPassword(async () => {
          if (id === caller.account.id) {
            return flows.ownAccount.remove({ kind: 'owner', caller, origin: request.origin }, password)
          }
          await flows.provePassword(caller, password, request.origin)
          const { origin } = request
          return flows.deleteAccount(id, {
            kind: 'administrator',
            caller,
            origin,
            isStaffEnough: !settings.isStrict,
          })
        })
        return new ClassicAnswer(204)
      },
    },
  }
}

async function signUp({ flows, settings }: DjoserParts, request: ViewRequest): Promise<ClassicAnswer> {
  const { register } = flows
  const { usernameField } = settings
  const schema: TObject = signUpSchema(settings, settings.userCreatePasswordRetype)
  const { values, errors: faults } = readFields(schema, await request.body(), settings)
  const { username = '', email = '', password = '', re_password: repeated } = values
  if (values.email !== undefined) {
    const found = usernameField === 'email' ? await register.checkAddressName(email, false) : register.checkEmail(email)
    faults.email = found.map(faultMessage)
  }
  if (values.username !== undefined) {
    faults.username = (await register.checkUsername(username, false)).map(faultMessage)
  }
  if (values.phone_number !== undefined) {
    const found = await register.checkPhoneNumber(values.phone_number)
    if (found.length > 0) faults.phone_number = found.map(faultMessage)
  }
  if (settings.isStrict) addUnseen(values, faults)
  refuseFieldErrors(faults)
  const { first_name: firstName = '', last_name: lastName = '', phone_number: phoneNumber = '' } = values
  const owner = { username, email, firstName, lastName }
  refuseFieldErrors({ password: (await register.checkPassword(password, owner)).map(faultMessage) })
  if (settings.userCreatePasswordRetype && repeated !== password) throw mismatch('password')
  const address = normalizeEmailDomain(email)
  const registration = {
    username: {
      username: normalizeUsername(username),
      email: address,
      phone_number: register.nameOfPhone(phoneNumber),
    }[usernameField],
    email: address,
    firstName,
    lastName,
    phoneNumber,
    password,
    // djoser sends no mail unless its settings ask for it, even if LOGIN_FIELD is the address.
    ...(!settings.isStrict && !settings.requireVerifiedEmail && { isToConfirmEmail: false }),
    needsActivation: settings.sendsActivationEmail,
    isToBeWelcomed: settings.sendsConfirmationEmail,
  }
  const isForStaff = onlyStaffCreateUsers(settings)
  const { origin } = request
  const maker = isForStaff
    ? ({ kind: 'administrator', caller: callerOf(request), origin, isStaffEnough: !settings.isStrict } as const)
    : undefined
  const outcome = await register.register(registration, origin, maker)
  switch (outcome.kind) {
    case 'registered':
      return new ClassicAnswer(201, presentUser(outcome.account, settings), outcome.account)
    case 'username_taken':
      // Only the stored form of the name is taken, or another request was faster.
      return new ClassicAnswer(400, ['Unable to create account.'])
    case 'phone_number_taken':
      return new ClassicAnswer(400, { phone_number: [faultMessage({ fault: 'phone_number_taken' })] })
    case 'email_required':
      return new ClassicAnswer(400, { email: ['This field is required.'] })
    case 'phone_number_required':
      return new ClassicAnswer(400, { phone_number: ['This field is required.'] })
  }
}

/** The user that a path names. */
function keyOf({ pathId = '' }: ViewRequest, field: 'id' | 'username'): UserKey {
  return field === 'username' ? { username: pathId } : { uid: pathId }
}

/** Runs an operation that requires the caller's password. A wrong password gets djoser's words. */
async function refusingWrongPassword(run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!(error instanceof AuthError) || error.faults.every(({ fault }) => fault !== 'wrong_password')) throw error
    throw new ClassicAnswer(400, { current_password: ['Invalid password.'] })
  }
}
