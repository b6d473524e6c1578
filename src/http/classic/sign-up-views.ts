import { type TObject, Type } from 'typebox'
import type { Account } from '../../accounts/account.ts'
import { normalizeEmailDomain } from '../../accounts/names/email-address.ts'
import type { UsernameField } from '../../accounts/names/login-kind.ts'
import { wireUid } from '../../accounts/names/uid.ts'
import { normalizeUsername } from '../../accounts/names/username.ts'
import { AuthError } from '../../errors.ts'
import type { Register, Registration } from '../../flows/accounts/sign-up/register.ts'
import type { Login } from '../../flows/tokens/login.ts'
import type { MountedView, ViewName } from '../../hooks/urls.ts'
import { nameTextFaults } from '../../platform/text-rules.ts'
import { ClassicAnswer, fieldErrors } from './answer.ts'
import { inFieldOrder, readFields } from './fields.ts'
import { presentProfile, profileSchema } from './profile-fields.ts'
import * as schemas from './schemas.ts'
import type { View, ViewRequest } from './view.ts'
import { faultMessage } from './words.ts'

/** What others see. Under COMPATIBILITY=simplejwt, any text is allowed there, as in Django. */
const shownFields = ['username', 'email', 'first_name', 'last_name', 'phone_number'] as const

/** How the four registrations differ (sections 3.1, 3.2, 4 and 6.1 to 6.4). */
type SignUpView = {
  id: ViewName
  name: string
  path: string
  body: TObject
  /** Stores the name in NFKC, and the domain of the address in lower case. */
  isNormalizing: boolean
  /**
   * `alone`: the password is checked with the other fields, but not against them; without COMPATIBILITY, also against
   * them. `last`: only if everything else is valid.
   */
  passwordCheck: 'alone' | 'last'
  answer: TObject
  present(account: Account): Record<string, unknown>
}

const signUps: readonly SignUpView[] = [
  {
    id: 'register',
    name: 'Register',
    path: '/api/register/',
    body: schemas.registerBody,
    isNormalizing: true,
    passwordCheck: 'last',
    answer: schemas.registered,
    present: ({ username, email }) => ({ username, email }),
  },
  {
    id: 'create_user',
    name: 'Create user',
    path: '/api/users/',
    body: schemas.createUserBody,
    isNormalizing: true,
    passwordCheck: 'last',
    answer: schemas.created,
    present: (account) => ({ id: wireUid(account), username: account.username }),
  },
  {
    id: 'register_in_full',
    name: 'Register in full',
    path: '/api/users/register/',
    body: schemas.registerInFullBody,
    isNormalizing: false,
    passwordCheck: 'alone',
    answer: schemas.registeredInFull,
    present: ({ username, email, firstName, lastName }) => ({
      username,
      email,
      first_name: firstName,
      last_name: lastName,
    }),
  },
  {
    id: 'site_register',
    name: 'Register on the site',
    path: '/register/',
    body: schemas.siteRegisterBody,
    isNormalizing: true,
    passwordCheck: 'last',
    answer: schemas.registered,
    present: ({ username, email }) => ({ username, email }),
  },
]

type SignUpViewParts = {
  register: Register
  login: Login
  trimPasswords: boolean
  /** Without COMPATIBILITY, no path accepts a password that resembles the name, or invisible characters. */
  isStrict: boolean
  usernameField: UsernameField
}

export function signUpViews(parts: SignUpViewParts): View[] {
  const { usernameField } = parts
  const all = usernameField === 'username' ? signUps : signUps.map((one) => namedBy(usernameField, one))
  return all.map((signUp) => ({
    id: signUp.id,
    name: signUp.name,
    paths: [signUp.path],
    header: 'checked',
    limits: ['registration-per-address'],
    ...methods(signUp, parts, false),
    withOptions: (options) => methods(withOptions(signUp, options), parts, options.login === true),
  }))
}

function methods(signUp: SignUpView, parts: SignUpViewParts, logsIn: boolean): Pick<View, 'methods'> {
  // An account that may not log in yet gets no tokens.
  const tokens = Type.Partial(schemas.tokenPair).properties
  const answer = logsIn ? Type.Object({ ...signUp.answer.properties, ...tokens }) : signUp.answer
  return {
    methods: {
      POST: {
        summary: `${signUp.name}: create an account`,
        body: signUp.body,
        answer: { status: 201, schema: answer },
        handle: (request) => answerSignUp(signUp, request, parts, logsIn),
      },
    },
  }
}

/** The same registration with other required fields and another response. */
function withOptions(signUp: SignUpView, { required = [], optional = [], profile }: MountedView): SignUpView {
  const added = Object.fromEntries(required.map((field) => [field, schemas.requirableFields[field]]))
  const allowed = Object.fromEntries(
    optional.flatMap((field) =>
      field === 'refresh' ? [] : [[field, Type.Optional(schemas.changeableFields[field])] as const],
    ),
  )
  return {
    ...signUp,
    body: Type.Object({ ...signUp.body.properties, ...allowed, ...added }),
    ...(profile && {
      answer: profileSchema(profile),
      present: (account: Account) => presentProfile(account, profile),
    }),
  }
}

/** With USERNAME_FIELD=email or phone_number, nobody sees the username of an account. */
function namedBy(field: Exclude<UsernameField, 'username'>, signUp: SignUpView): SignUpView {
  const { username: _, ...answer } = signUp.answer.properties
  return {
    ...signUp,
    body: schemas.namedBy(field, signUp.body),
    answer: Type.Object({ ...answer, [field]: Type.String() }),
    present(account) {
      const { username: _, ...shown } = signUp.present(account)
      return { ...shown, [field]: field === 'email' ? account.email : account.phoneNumber }
    },
  }
}

async function answerSignUp(
  signUp: SignUpView,
  request: ViewRequest,
  { register, login, trimPasswords, isStrict, usernameField }: SignUpViewParts,
  logsIn: boolean,
): Promise<ClassicAnswer> {
  const { values, errors } = readFields(signUp.body, await request.body(), { trimPasswords })
  const add = (field: string, messages: string[]) => {
    if (messages.length > 0) errors[field] = messages
  }

  if (values.username !== undefined) {
    add('username', (await register.checkUsername(values.username, signUp.isNormalizing)).map(faultMessage))
  }
  if (values.email !== undefined) {
    const isName = usernameField === 'email'
    const faults = isName
      ? await register.checkAddressName(values.email, signUp.isNormalizing)
      : register.checkEmail(values.email)
    add('email', faults.map(faultMessage))
  }
  if (values.phone_number !== undefined) {
    add('phone_number', (await register.checkPhoneNumber(values.phone_number)).map(faultMessage))
  }
  if (signUp.passwordCheck === 'alone' && values.password !== undefined) {
    add('password', [...(await register.checkPassword(values.password)).map(faultMessage), ...(errors.password ?? [])])
  }
  if (isStrict) addUnseen(values, errors)
  if (Object.keys(errors).length > 0) throw fieldErrors(inFieldOrder(signUp.body, errors))

  const registration = registrationOf(values, signUp.isNormalizing)
  if (usernameField === 'email') registration.username = registration.email
  if (usernameField === 'phone_number') registration.username = register.nameOfPhone(registration.phoneNumber)
  if (values.password2 !== undefined && values.password2 !== values.password) {
    throw fieldErrors({ password: ["Password fields didn't match."] })
  }
  if (signUp.passwordCheck === 'last' || isStrict) {
    const faults = await register.checkPassword(registration.password, ownerOf(values))
    if (faults.length > 0) throw fieldErrors({ password: faults.map(faultMessage) })
  }
  const outcome = await register.register(registration, request.origin)
  if (outcome.kind === 'username_taken') {
    const faults = { username: 'username_taken', email: 'email_taken', phone_number: 'phone_number_taken' } as const
    throw fieldErrors({ [usernameField]: [faultMessage({ fault: faults[usernameField] })] })
  }
  if (outcome.kind === 'phone_number_taken') {
    throw fieldErrors({ phone_number: [faultMessage({ fault: 'phone_number_taken' })] })
  }
  if (outcome.kind === 'phone_number_required') throw fieldErrors({ phone_number: ['This field is required.'] })
  if (outcome.kind === 'email_required') throw fieldErrors({ email: ['This field is required.'] })
  const { account } = outcome
  const shown = signUp.present(account)
  if (!logsIn) return new ClassicAnswer(201, shown, account)
  return new ClassicAnswer(201, { ...shown, ...(await logInAtOnce(login, registration, request)) }, account)
}

/** Adds the faults of names with invisible characters. */
export function addUnseen(values: Partial<Record<string, string>>, errors: Record<string, string[]>): void {
  for (const field of shownFields) {
    const unseen = nameTextFaults(values[field] ?? '').filter(({ fault }) => fault === 'invisible_character')
    if (unseen.length > 0) errors[field] = [...(errors[field] ?? []), ...unseen.map(faultMessage)]
  }
}

/** The tokens of a new account. If it may not log in yet, there are none, and the registration still succeeds. */
async function logInAtOnce(
  login: Login,
  { username, password }: Registration,
  { origin }: ViewRequest,
): Promise<Record<string, string>> {
  try {
    const { refresh, access } = await login({ username, password, by: 'username' }, origin)
    return { refresh, access }
  } catch (error) {
    if (error instanceof AuthError) return {}
    throw error
  }
}

function registrationOf(values: Partial<Record<string, string>>, isNormalizing: boolean): Registration {
  const { username = '', email = '', password = '' } = values
  return {
    username: isNormalizing ? normalizeUsername(username) : username,
    email: isNormalizing ? normalizeEmailDomain(email) : email,
    password,
    phoneNumber: values.phone_number ?? '',
    firstName: values.first_name ?? '',
    lastName: values.last_name ?? '',
  }
}

/** The fields of the request, as typed. */
function ownerOf({ username = '', email = '', first_name = '', last_name = '' }: Partial<Record<string, string>>) {
  return { username, email, firstName: first_name, lastName: last_name }
}
