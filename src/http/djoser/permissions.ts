import { type TUnsafe, Type } from 'typebox'
import type { Account } from '../../accounts/account.ts'
import { AuthError } from '../../errors.ts'
import { type Setting, SettingFault, setting } from '../../platform/setting.ts'
import type { View, ViewMethod } from '../classic/view.ts'
import { readPythonLists } from './python-lists.ts'

/** The actions that djoser's PERMISSIONS names, with djoser's default classes. */
const standard = {
  activation: ['AllowAny'],
  password_reset: ['AllowAny'],
  password_reset_confirm: ['AllowAny'],
  set_password: ['CurrentUserOrAdmin'],
  username_reset: ['AllowAny'],
  username_reset_confirm: ['AllowAny'],
  set_username: ['CurrentUserOrAdmin'],
  user_create: ['AllowAny'],
  user_delete: ['CurrentUserOrAdmin'],
  user: ['CurrentUserOrAdmin'],
  user_list: ['CurrentUserOrAdmin'],
  token_create: ['AllowAny'],
  token_destroy: ['IsAuthenticated'],
} as const

export type PermissionKey = keyof typeof standard

/** Who may use an action at all, from everybody to staff. */
const audiences = ['anybody', 'users', 'staff'] as const
type Audience = (typeof audiences)[number]

/** What a permission class requires, for methods that only read and for the others. */
type Permission = {
  read: Audience
  change: Audience
  /** Whether users may see other users, even with HIDE_USERS. */
  showsOthers: boolean
}

/** Classes of Django REST framework and of djoser, by their names without the module. */
const classes: Readonly<Record<string, Permission & { module: string }>> = {
  AllowAny: { module: 'rest_framework.permissions', read: 'anybody', change: 'anybody', showsOthers: true },
  IsAuthenticated: { module: 'rest_framework.permissions', read: 'users', change: 'users', showsOthers: true },
  IsAuthenticatedOrReadOnly: {
    module: 'rest_framework.permissions',
    read: 'anybody',
    change: 'users',
    showsOthers: true,
  },
  IsAdminUser: { module: 'rest_framework.permissions', read: 'staff', change: 'staff', showsOthers: true },
  CurrentUserOrAdmin: { module: 'djoser.permissions', read: 'users', change: 'users', showsOthers: false },
  CurrentUserOrAdminOrReadOnly: { module: 'djoser.permissions', read: 'anybody', change: 'users', showsOthers: true },
}

/** The classes of the actions that PERMISSIONS names. */
type GivenPermissions = Readonly<Partial<Record<PermissionKey, readonly string[]>>>

/** Some text that is a Python value. Anything else is a variable of another program. */
const PYTHON = /^[[({]|\w+\.\w+\.\w+/

/** PERMISSIONS, as in Django's settings file or as JSON. */
export function permissionsSetting(): Setting<TUnsafe<GivenPermissions>> {
  return setting(
    Type.Unsafe<GivenPermissions>(Type.Record(Type.String(), Type.Array(Type.String()))),
    'PERMISSIONS',
    {
      default: '{}',
      description:
        "Who may use djoser's paths, as in its settings: `{'user_list': ['rest_framework.permissions.IsAdminUser']}`. " +
        "Actions that it does not name keep djoser's rules. See [djoser](djoser.md#permissions).",
    },
    (text) => (PYTHON.test(text) ? readPermissions(text) : {}),
    (given) => JSON.stringify(given),
  )
}

/** @throws SettingFault */
function readPermissions(text: string): GivenPermissions {
  const lists = readPythonLists(text)
  if (lists === undefined) {
    throw new SettingFault(
      "is not a dictionary of lists. Write it as in Django: {'user_list': ['rest_framework.permissions.IsAdminUser']}.",
    )
  }
  const faults: string[] = []
  const given: Partial<Record<PermissionKey, string[]>> = {}
  for (const [key, paths] of lists) {
    if (!isKey(key)) {
      faults.push(`names the action ${key}. Choose from ${Object.keys(standard).join(', ')}.`)
      continue
    }
    const unknown = paths.find((path) => className(path) === undefined)
    if (unknown !== undefined) {
      faults.push(
        `gives ${key} the class ${unknown}, which Latchkey cannot load. Choose from ${Object.keys(classes).join(', ')}.`,
      )
    }
    given[key] = paths.flatMap((path) => className(path) ?? [])
  }
  const create = permissionFor({ ...given }, 'user_create').change
  if (create === 'users') {
    faults.push('lets every user create users. Give user_create AllowAny, or IsAdminUser for staff only.')
  }
  if (faults.length > 0) throw new SettingFault(faults.join(' It '))
  return given
}

function isKey(key: string): key is PermissionKey {
  return Object.hasOwn(standard, key)
}

/** The name of a known class, with or without its module; undefined for any other class. */
function className(path: string): string | undefined {
  const name = path.split('.').at(-1) ?? ''
  if (!Object.hasOwn(classes, name)) return undefined
  return path === name || path === `${classes[name]?.module}.${name}` ? name : undefined
}

/** What all classes of an action require together. No classes require nothing. */
export function permissionFor(given: GivenPermissions, key: PermissionKey): Permission {
  const asked = (given[key] ?? standard[key]).flatMap((name) => classes[name] ?? [])
  const strictest = (one: 'read' | 'change') =>
    audiences[Math.max(0, ...asked.map((permission) => audiences.indexOf(permission[one])))] ?? 'staff'
  return {
    read: strictest('read'),
    change: strictest('change'),
    showsOthers: asked.every(({ showsOthers }) => showsOthers),
  }
}

type Asked = Partial<Record<ViewMethod, PermissionKey>>

/**
 * What a view requires of its callers.
 *
 * @param asked the action behind each method; all other methods belong to `user`
 * @param options.needsUser methods that make no sense without a caller: djoser fails there
 * @param options.hides methods whose refusal must not reveal that the object exists: HIDE_USERS
 */
export function permitting(
  given: GivenPermissions,
  asked: Asked,
  { needsUser = [], hides = [] }: { needsUser?: readonly ViewMethod[]; hides?: readonly ViewMethod[] } = {},
): Required<Pick<View, 'opens' | 'permit'>> {
  const audienceOf = (method: string): Audience => {
    const { read, change } = permissionFor(given, asked[method as ViewMethod] ?? 'user')
    return method === 'GET' || method === 'OPTIONS' ? read : change
  }
  const methods = Object.keys(asked) as ViewMethod[]
  return {
    opens: methods.filter((method) => audienceOf(method) === 'anybody' && !needsUser.includes(method)),
    permit(account: Account | undefined, method) {
      if (account === undefined || account.isStaff || audienceOf(method) !== 'staff') return
      const isHidden = hides.some((one) => one === method)
      throw new AuthError(isHidden ? 'not_found' : 'permission_denied', { detail: 'PERMISSIONS: not staff' })
    },
  }
}
