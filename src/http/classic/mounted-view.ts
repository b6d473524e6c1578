import { type TObject, type TSchema, Type } from 'typebox'
import type { Account } from '../../accounts/account.ts'
import { hookAccount, hookRequest } from '../../hooks/hook-account.ts'
import type { HookRunner } from '../../hooks/hook-runner.ts'
import type { MountedView, ProfileField } from '../../hooks/urls.ts'
import { isJsonObject } from '../../platform/json.ts'
import { ClassicAnswer } from './answer.ts'
import type { ClassicBody } from './body.ts'
import { defaultProfile, presentProfile, profileSchema } from './profile-fields.ts'
import { LINK_PLACES, type View, type ViewHandler, type ViewRequest } from './view.ts'

type Members = Record<string, unknown>

/**
 * A view mounted at one path, with the options of `urls` and what the hook adds to its responses. It renames fields on
 * their way in and members on their way out, so the view itself does not know about it.
 */
export function mountedView(
  view: View,
  path: string,
  options: Partial<MountedView>,
  hooks: Pick<HookRunner, 'has' | 'membersFor'>,
): View {
  const { withOptions, ...plain } = view
  const made: View = { ...plain, ...withOptions?.({ view: view.id, ...options }), paths: [path] }
  const named = options.detail === undefined ? made : { ...made, detailName: options.detail }
  const chosen = withMethods(named, options.methods)
  const isPlain = Object.keys(options).every((name) => name === 'view') && !hasLink(path)
  if (isPlain && !hooks.has('addToAnswer')) return chosen
  const methods = Object.entries(chosen.methods).map(([method, handler]) => [
    method,
    mountedHandler(chosen, path, handler, options, hooks),
  ])
  return { ...chosen, methods: Object.fromEntries(methods) }
}

/** Whether a path has places for the two parts of a mailed link. */
function hasLink(path: string): boolean {
  return path.endsWith(LINK_PLACES)
}

/** The same view, with other methods instead of POST. */
function withMethods(view: View, methods: MountedView['methods']): View {
  const { POST: handler } = view.methods
  if (methods === undefined || handler === undefined) return view
  const { opens, permit } = view
  const former = (method: string) => (methods.some((one) => one === method) ? 'POST' : method)
  return {
    ...view,
    ...(opens && { opens: opens.length === 0 ? opens : methods }),
    ...(permit && { permit: (account, method) => permit(account, former(method)) }),
    methods: Object.fromEntries(methods.map((method) => [method, handler])),
  }
}

/** The views that log in with a password. */
export const loginViews: readonly string[] = ['token_obtain_pair', 'user_authentication', 'jwt-create', 'login']

function mountedHandler(
  view: View,
  path: string,
  handler: ViewHandler,
  options: Partial<MountedView>,
  hooks: Pick<HookRunner, 'has' | 'membersFor'>,
): ViewHandler {
  const { request: names = {}, status } = options
  const isLinkInPath = hasLink(path)
  // Profiles and registrations show these fields themselves.
  const beside = loginViews.includes(view.id) ? (options.profile ?? []) : []

  async function addTo(body: Members, about: Account, request: ViewRequest): Promise<Members> {
    const fields = userFields(options)
    const full = { ...presentProfile(about, beside), ...body }
    const withUser = fields === undefined ? full : { ...full, user: presentProfile(about, fields) }
    if (!hooks.has('addToAnswer')) return withUser
    const { origin } = request
    const event = { view: view.id, path, account: hookAccount(about), request: hookRequest(origin) }
    // The hook cannot replace members that the response already has, and in particular no tokens.
    return { ...(await hooks.membersFor(event)), ...withUser }
  }

  return {
    ...handler,
    ...(handler.body && {
      body: renamedSchema(isLinkInPath ? Type.Omit(handler.body, ['uid', 'token']) : handler.body, names),
    }),
    answer: {
      status: status ?? handler.answer.status,
      ...answerSchema(handler.answer.schema, { ...options, beside }, hooks.has('addToAnswer')),
    },
    async handle(request) {
      const given = {
        ...request,
        body: async () => withLink(renamedBody(await request.body(), names), request.pathLink),
      }
      let answer: ClassicAnswer
      try {
        answer = await handler.handle(given)
      } catch (error) {
        throw error instanceof ClassicAnswer ? renamedErrors(error, names) : error
      }
      if (answer.status >= 300) return renamedErrors(answer, names)
      const { body, about } = answer
      const members = isJsonObject(body) ? body : {}
      const hasBody = isJsonObject(body) || body === undefined
      if (!hasBody) return new ClassicAnswer(status ?? answer.status, body)
      const full = about === undefined ? members : await addTo(members, about, request)
      const shown = { ...options.members, ...renamedMembers(full, options.response ?? {}) }
      const isEmpty = (body === undefined && Object.keys(shown).length === 0) || status === 204 || status === 205
      return new ClassicAnswer(status ?? statusFor(answer.status, isEmpty), isEmpty ? undefined : shown)
    },
  }
}

/** 204 and 205 cannot have a body. */
function statusFor(status: number, isEmpty: boolean): number {
  return !isEmpty && (status === 204 || status === 205) ? 200 : status
}

function userFields({ user }: Partial<MountedView>): readonly ProfileField[] | undefined {
  if (user === undefined || user === false) return undefined
  return user === true ? defaultProfile : user
}

function renamedBody(body: ClassicBody, names: Readonly<Record<string, string>>): ClassicBody {
  const sentName = (name: string) => (Object.hasOwn(names, name) ? (names[name] ?? name) : name)
  return { get: (name) => body.get(sentName(name)), json: (name) => body.json(sentName(name)) }
}

/** A body with the two parts of a mailed link, which came in the path. */
function withLink(body: ClassicBody, link: ViewRequest['pathLink']): ClassicBody {
  if (link === undefined) return body
  const parts = new Map(Object.entries(link))
  return { get: (name) => parts.get(name) ?? body.get(name), json: (name) => parts.get(name) ?? body.json(name) }
}

/** The messages of fields, under the names that the client knows. */
function renamedErrors(answer: ClassicAnswer, names: Readonly<Record<string, string>>): ClassicAnswer {
  const { status, body } = answer
  if (status !== 400 || !isJsonObject(body)) return answer
  const renamed = Object.entries(body).map(([name, value]) => [
    Object.hasOwn(names, name) && Array.isArray(value) ? names[name] : name,
    value,
  ])
  return new ClassicAnswer(status, Object.fromEntries(renamed))
}

function renamedMembers(body: Members, names: Readonly<Record<string, string | null>>): Members {
  const result: Members = {}
  for (const [name, value] of Object.entries(body)) {
    const place = Object.hasOwn(names, name) ? names[name] : name
    if (place === null || place === undefined) continue
    const parts = place.split('.')
    const last = parts.pop() ?? name
    let parent = result
    for (const part of parts) {
      const held = Object.hasOwn(parent, part) ? parent[part] : undefined
      const next: Members = isJsonObject(held) ? held : {}
      parent[part] = next
      parent = next
    }
    parent[last] = value
  }
  return result
}

function renamedSchema(schema: TSchema, names: Readonly<Record<string, string>>): TSchema {
  if (!isObjectSchema(schema)) return schema
  const { properties } = schema
  const required: readonly string[] = schema.required ?? []
  const entries = Object.entries(properties).map(([name, field]) => [
    names[name] ?? name,
    required.includes(name) ? field : Type.Optional(field),
  ])
  return Type.Object(Object.fromEntries(entries))
}

function answerSchema(
  schema: TSchema | undefined,
  options: Partial<MountedView> & { beside: readonly ProfileField[] },
  isOpen: boolean,
): { schema?: TSchema } {
  if (options.status === 204 || options.status === 205) return {}
  const { properties: shownBeside } = profileSchema(options.beside)
  const properties: Record<string, unknown> = isObjectSchema(schema) ? { ...shownBeside, ...schema.properties } : {}
  if (schema !== undefined && !isObjectSchema(schema)) return { schema }
  const fields = userFields(options)
  if (fields !== undefined) properties.user = profileSchema(fields)
  const shown = renamedMembers(properties, options.response ?? {})
  for (const [name, value] of Object.entries(options.members ?? {})) shown[name] = Type.Unsafe({ const: value })
  if (Object.keys(shown).length === 0 && schema === undefined) return {}
  // The schema cannot say what the hook adds.
  return { schema: { ...nestedSchema(shown), ...(isOpen && { additionalProperties: true }) } }
}

/** Turns objects of schemas into schemas of objects. */
function nestedSchema(shown: Members): TObject {
  const entries = Object.entries(shown).map(([name, value]) => [
    name,
    isJsonObject(value) && !isSchema(value) ? nestedSchema(value) : value,
  ])
  return Type.Object(Object.fromEntries(entries))
}

/** Whether an object is a schema, and not a group of schemas by member name, which may be any name. */
function isSchema({ type, anyOf, description, ...others }: Members): boolean {
  const isConstant = 'const' in others && !isJsonObject(others.const)
  return typeof type === 'string' || Array.isArray(anyOf) || typeof description === 'string' || isConstant
}

function isObjectSchema(schema: TSchema | undefined): schema is TObject {
  return schema !== undefined && 'properties' in schema
}
