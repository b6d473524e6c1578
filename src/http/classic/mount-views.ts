import { ConfigModuleError, type GivenUrls } from '../../hooks/config-module.ts'
import type { HookRunner } from '../../hooks/hook-runner.ts'
import type { MountedView } from '../../hooks/urls.ts'
import { isJsonObject } from '../../platform/json.ts'
import { loginViews, mountedView } from './mounted-view.ts'
import { isProfileField, ownFieldOf, profileFieldNames } from './profile-fields.ts'
import { LINK_PLACES, type View } from './view.ts'

type MountViewParts = {
  /** Every view, with its fixed paths. A view without fixed paths is served only where `urls` mounts it. */
  views: readonly View[]
  urls: GivenUrls
  hooks: Pick<HookRunner, 'has' | 'membersFor'>
  /** The names of your own profile fields: PROFILE_SCHEMA_FILE. */
  ownFields: readonly string[]
  /** Whether a path belongs to something other than a view: v1, a page. */
  isReserved(path: string): boolean
  /** The name that a misspelled one was probably meant to be. */
  findIntended(name: string, known: readonly string[]): string | undefined
}

/**
 * The views at their paths: the fixed ones, and what `urls` adds, replaces and removes.
 *
 * @throws ConfigModuleError with every fault: its line, and how to fix it
 */
export function mountViews({ views, urls, hooks, ownFields, isReserved, findIntended }: MountViewParts): View[] {
  const byId = new Map(views.map((view) => [view.id as string, view]))
  const faults: string[] = []
  const mounted = new Map<string, View>()
  for (const view of views) {
    for (const path of view.paths) {
      if (isReserved(path)) faults.push(`${path} belongs to Latchkey itself. Choose another DJOSER_PREFIX.`)
      mounted.set(path, mountedView(view, path, {}, hooks))
    }
  }
  const fixed = new Set(mounted.keys())
  const named = new Map<string, string>()

  for (const [typed, entry] of Object.entries(urls.map)) {
    const fault = (sentence: string) => faults.push(`${urls.placeOf(typed)}: "${typed}" ${sentence}`)
    const path = readPath(typed)
    if (path === undefined) {
      fault('is not a path. Write it as in Django, such as api/auth/login/ or api/users/<id>/.')
      continue
    }
    const twin = named.get(path)
    if (twin !== undefined) {
      fault(`is the same path as "${twin}". Remove one of them.`)
      continue
    }
    named.set(path, typed)
    if (entry === null) {
      if (mounted.delete(path)) continue
      fault('is null, but there is no view at this path. Remove the line.')
      continue
    }
    const options: unknown = typeof entry === 'string' ? { view: entry } : entry
    const sentence = optionsFault(options, byId, findIntended)
    if (sentence !== undefined) {
      fault(sentence)
      continue
    }
    const chosen = options as MountedView
    const view = byId.get(chosen.view)
    if (view === undefined) continue
    const undeclared = ownFieldsOf(chosen).find((name) => !ownFields.includes(name))
    if (undeclared !== undefined) {
      fault(`shows profile.${undeclared}, which PROFILE_SCHEMA_FILE does not declare. Declare it there, or remove it.`)
      continue
    }
    if (!fixed.has(path) && isReserved(path)) {
      fault('belongs to Latchkey itself. Choose another path.')
      continue
    }
    if (path.includes(':id') !== needsId(view)) {
      fault(
        needsId(view)
          ? `has no place for the id that ${view.id} needs. Write it as in api/users/<id>/.`
          : `has a place for an id, which ${view.id} does not have. Remove it.`,
      )
      continue
    }
    if (path.endsWith(LINK_PLACES) && !takesLink(view)) {
      fault(`has places for the uid and the token of a mailed link, which ${view.id} does not take. Remove them.`)
      continue
    }
    const made = mountedView(view, path, { ...chosen, request: {}, response: {} }, { ...hooks, has: () => false })
    const unknown = unknownFieldFault(made, chosen, hooks.has('addToAnswer'), findIntended)
    if (unknown !== undefined) {
      fault(unknown)
      continue
    }
    mounted.set(path, mountedView(view, path, chosen, hooks))
  }
  if (faults.length > 0) throw new ConfigModuleError('urls', `cannot be used:\n${faults.join('\n')}`)
  return [...mounted.values()]
}

/** A path with slashes at both ends, `:id`, or `:uid/:token`, for its parameters; undefined if it cannot be one. */
function readPath(typed: string): string | undefined {
  const path = `/${typed.replace(/^\//, '').replace(/\/$/, '')}/`
    .replace(/\/(?:<(?:\w+:)?uid\w*>|:uid\w*)\/(?:<(?:\w+:)?token>|:token)\/$/, LINK_PLACES)
    .replace(/<(?:\w+:)?\w+>|:(?!uid\/:token\/$|token\/$)\w+(?=\/)/, ':id')
  const plain = path.replace(LINK_PLACES, '/uid/token/').replace('/:id/', '/id/')
  return /^(\/[A-Za-z0-9._~-]+)+\/$/.test(plain) && !/\/\.{1,2}\//.test(plain) ? path : undefined
}

/** A rename of something that the view does not have would have no effect, and nobody would notice. */
function unknownFieldFault(
  { id, methods }: View,
  { request = {}, response = {} }: MountedView,
  isOpen: boolean,
  findIntended: MountViewParts['findIntended'],
): string | undefined {
  const handlers = Object.values(methods)
  const sent = namesIn(handlers.map(({ body }) => body))
  const shown = namesIn(handlers.map(({ answer }) => answer.schema))
  const choose = (known: readonly string[]) => (known.length > 0 ? `Choose from ${known.join(', ')}.` : 'Remove it.')
  const hint = (name: string, known: readonly string[]) => {
    const intended = findIntended(name, known)
    return intended === undefined ? choose(known) : `Did you mean ${intended}?`
  }
  const field = Object.keys(request).find((name) => !sent.includes(name))
  if (field !== undefined) return `renames ${field} in request, which ${id} does not take. ${hint(field, sent)}`
  const twin = Object.entries(request).find(
    ([name, to]) => to !== name && sent.includes(to) && !Object.hasOwn(request, to),
  )
  if (twin !== undefined)
    return `renames ${twin[0]} to ${twin[1]}, which is another field of ${id}. Rename that one too.`
  const member = Object.keys(response).find((name) => !shown.includes(name))
  if (member === undefined || isOpen) return undefined
  return `renames ${member} in response, which ${id} does not answer with. ${hint(member, shown)}`
}

/** The names of the members of objects, including those inside arrays. */
function namesIn(schemas: readonly unknown[]): string[] {
  const names = schemas.flatMap((schema) => {
    if (!isJsonObject(schema)) return []
    return isJsonObject(schema.properties) ? Object.keys(schema.properties) : namesIn([schema.items])
  })
  return [...new Set(names)]
}

const ID_VIEWS: ReadonlySet<string> = new Set(['post-detail', 'user-detail'])

function needsId({ id }: View): boolean {
  return ID_VIEWS.has(id)
}

/** The names of your own profile fields that a response shows. */
function ownFieldsOf({ profile = [], user }: MountedView): string[] {
  const fields = [...profile, ...(Array.isArray(user) ? (user as readonly string[]) : [])]
  return fields.flatMap((field) => ownFieldOf(field) ?? [])
}

/** Whether a view takes the two parts of a mailed link. */
function takesLink({ methods }: View): boolean {
  const fields = namesIn([methods.POST?.body])
  return fields.includes('uid') && fields.includes('token')
}

const optionNames = [
  'view',
  'request',
  'response',
  'required',
  'optional',
  'profile',
  'user',
  'login',
  'methods',
  'detail',
  'status',
  'members',
]
/** The members that refusals have besides `detail`. */
const REFUSAL_MEMBERS: ReadonlySet<string> = new Set([
  'code',
  'challenge_token',
  'factors',
  'enrollable',
  'expires_in',
  'step_up',
  'messages',
])
const replacing = ['POST', 'PUT', 'PATCH', 'DELETE']
const registrations = ['register', 'create_user', 'register_in_full', 'site_register']
const requirable = ['email', 'first_name', 'last_name', 'phone_number', 'password2']

/** What is wrong with the options of a path, as a sentence that follows the path. */
function optionsFault(
  options: unknown,
  views: ReadonlyMap<string, View>,
  findIntended: MountViewParts['findIntended'],
): string | undefined {
  if (!isJsonObject(options)) return 'is neither the name of a view, nor its options, nor null.'
  const strange = Object.keys(options).find((name) => !optionNames.includes(name))
  if (strange !== undefined) return `has an unknown option "${strange}". Options are ${optionNames.join(', ')}.`
  const { view: id, request = {}, response = {}, profile, user, login, status, members = {} } = options
  const { required = [], optional = [], methods, detail = 'detail' } = options
  const view = typeof id === 'string' ? views.get(id) : undefined
  if (view === undefined) {
    const intended = typeof id === 'string' ? findIntended(id, [...views.keys()]) : undefined
    const hint = intended === undefined ? 'latchkey urls --views lists all views.' : `Did you mean ${intended}?`
    return `leads to ${JSON.stringify(id)}, which is not a view. ${hint}`
  }
  const isRegistration = registrations.includes(view.id)
  if (!isJsonObject(request) || !Object.values(request).every(isName)) {
    return 'has values in request that are not names of fields. Write { refresh: "refresh_token" }.'
  }
  if (!isJsonObject(response) || !Object.values(response).every((name) => name === null || isName(name))) {
    return 'has values in response that are neither names nor null. Write { access: "token" }.'
  }
  if (new Set(Object.values(request)).size < Object.keys(request).length) return 'gives two fields one name in request.'
  const names = Object.values(response).filter((name) => name !== null)
  const isNested = names.some((name) => names.some((other) => String(other).startsWith(`${name}.`)))
  if (new Set(names).size < names.length || isNested) return 'gives two members one name in response.'
  if (!Array.isArray(required) || !required.every((name) => requirable.includes(name))) {
    return `has an unknown field in required. Choose from ${requirable.join(', ')}.`
  }
  if (required.length > 0 && !isRegistration && view.id !== 'password_reset_confirm') {
    return `has required, which ${view.id} does not take: it is for ${registrations.join(', ')}.`
  }
  const takesOptional = isRegistration || view.id === 'token_logout'
  const optionals = isRegistration ? requirable.filter((name) => name !== 'password2') : ['refresh']
  if (!Array.isArray(optional) || (takesOptional && !optional.every((name) => optionals.includes(name)))) {
    return `has an unknown field in optional. Choose from ${optionals.join(', ')}.`
  }
  if (optional.length > 0 && !takesOptional) {
    return `has optional, which ${view.id} does not take: it is for ${registrations.join(', ')} and token_logout.`
  }
  const hasPostOnly = Object.keys(view.methods).join() === 'POST'
  if (methods !== undefined && !hasPostOnly) return `has methods, but ${view.id} has methods of its own. Remove it.`
  const areMethods = Array.isArray(methods) && methods.length > 0 && methods.every((name) => replacing.includes(name))
  if (methods !== undefined && !areMethods) return `has methods other than ${replacing.join(', ')}. Write ['PUT'].`
  const isDetailName = isName(detail) && !String(detail).includes('.') && !REFUSAL_MEMBERS.has(String(detail))
  if (!isDetailName)
    return 'has a detail that is not a name, or that another member already has. Write "message" or "error".'
  if (login !== undefined && (typeof login !== 'boolean' || !isRegistration)) {
    return `has login, which is true or false and only for ${registrations.join(', ')}.`
  }
  for (const [option, fields] of [
    ['profile', profile] as const,
    ['user', typeof user === 'boolean' ? [] : user] as const,
  ]) {
    if (fields === undefined) continue
    const isGood = Array.isArray(fields) && fields.every((field) => typeof field === 'string' && isProfileField(field))
    if (!isGood)
      return `has an unknown field in ${option}. Choose from ${profileFieldNames.join(', ')} and profile.NAME.`
  }
  if (profile !== undefined && view.id !== 'profile' && !isRegistration && !loginViews.includes(view.id)) {
    return `has profile, which ${view.id} does not take: it is for profile, registrations and logins.`
  }
  if (status !== undefined && ![200, 201, 204, 205].includes(status as number)) {
    return 'has a status other than 200, 201, 204 and 205.'
  }
  if (!isJsonObject(members)) return 'has members that are not an object. Write { members: { name: value } }.'
  const isToken = Object.keys(members).some((name) => ['access', 'refresh', 'auth_token'].includes(name))
  return isToken ? 'names a token in members, which it cannot replace.' : undefined
}

function isName(value: unknown): boolean {
  return (
    typeof value === 'string' && /^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*$/.test(value) && !value.includes('__proto__')
  )
}
