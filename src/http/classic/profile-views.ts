import { type TObject, Type } from 'typebox'
import type { AccountFieldFault } from '../../accounts/account-fields.ts'
import { AuthError } from '../../errors.ts'
import type { ChangeUser } from '../../flows/accounts/change-user.ts'
import type { Register } from '../../flows/accounts/sign-up/register.ts'
import type { MountedView, ProfileField } from '../../hooks/urls.ts'
import { callerOf } from '../credentials/caller.ts'
import { ClassicAnswer, fieldErrors } from './answer.ts'
import type { ClassicBody } from './body.ts'
import { readFields } from './fields.ts'
import { UploadedFile } from './multipart.ts'
import { defaultProfile, ownFieldOf, presentProfile, profileSchema } from './profile-fields.ts'
import * as schemas from './schemas.ts'
import type { View, ViewHandler } from './view.ts'
import { faultMessage } from './words.ts'

type ProfileViewParts = {
  changeUser: ChangeUser
  register: Pick<Register, 'checkEmail'>
  trimPasswords: boolean
  /** USERNAME_FIELD */
  usernameField: string
}

/** `profile`: the caller's data, with GET, PUT and PATCH. It has no fixed path; `urls` mounts it. */
export function profileViews(parts: ProfileViewParts): View[] {
  return [
    {
      id: 'profile',
      name: 'Profile',
      paths: [],
      header: 'required',
      ...methods(parts, {}),
      withOptions: (options) => methods(parts, options),
    },
  ]
}

function methods(parts: ProfileViewParts, options: Partial<MountedView>): Pick<View, 'methods'> {
  const { changeUser, register, trimPasswords, usernameField } = parts
  const standard =
    usernameField !== 'username' ? defaultProfile.filter((field) => field !== 'username') : defaultProfile
  const shown = options.profile ?? standard
  const own = shown.flatMap((field) => ownFieldOf(field) ?? [])
  const body = changeBody(shown)
  const answer = { status: 200, schema: profileSchema(shown) }
  const change: Omit<ViewHandler, 'summary'> = {
    body,
    answer,
    async handle(request) {
      const caller = callerOf(request)
      const sent = await request.body()
      const { values, errors: faults } = readFields(body, sent, { isPartial: true, trimPasswords })
      const { email, first_name: firstName, last_name: lastName, phone_number: phoneNumber } = values
      if (email !== undefined) {
        const found = register.checkEmail(email).map(faultMessage)
        if (found.length > 0) faults.email = found
      }
      // Latchkey stores no files. A response that silently dropped one would look as if it had been saved.
      for (const name of own) if (sent.get(name) instanceof UploadedFile) faults[name] = ['Files are not accepted.']
      if (Object.keys(faults).length > 0) throw fieldErrors(faults)
      const profile = ownValues(sent, own)
      const changes = { email, firstName, lastName, phoneNumber, ...(profile && { profile }) }
      const account = await inFieldWords(() => changeUser(caller.account.id, changes, caller, request.origin))
      return new ClassicAnswer(200, presentProfile(account, shown), account)
    },
  }
  return {
    methods: {
      GET: {
        summary: 'Get my profile',
        answer,
        handle: async (request) => {
          const { account } = callerOf(request)
          return new ClassicAnswer(200, presentProfile(account, shown), account)
        },
      },
      PUT: { summary: 'Change my profile', ...change },
      PATCH: { summary: 'Change parts of my profile', ...change },
    },
  }
}

/** The fields of a profile that its owner can change. */
function changeBody(shown: readonly ProfileField[]): TObject {
  const changeable = Object.entries(schemas.changeableFields).filter(([name]) => shown.some((field) => field === name))
  return Type.Object(Object.fromEntries(changeable.map(([name, schema]) => [name, Type.Optional(schema)])))
}

/** Your own fields, as JSON. A form contains only texts. */
function ownValues(sent: ClassicBody, names: readonly string[]): Record<string, unknown> | undefined {
  const given = names.flatMap((name) => {
    const value = sent.json(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

/** Runs a change, and puts the flow's field errors into the words of the contract. */
export async function inFieldWords<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof AuthError) || error.code !== 'invalid_fields') throw error
    const faults = Map.groupBy(error.faults, ({ field }) => field.replace(/^profile\//, ''))
    const words = (fault: unknown) => faultMessage(fault as AccountFieldFault) ?? 'Enter a valid value.'
    throw fieldErrors(Object.fromEntries([...faults].map(([field, found]) => [field, found.map(words)])))
  }
}
