import type { Account } from '../accounts/account.ts'

/**
 * The permissions that Latchkey itself uses, and what each allows. To use one, an account must also be staff. Granting
 * rights needs a superuser; no permission allows it.
 */
export const ownPermissions = {
  'accounts.view': 'View accounts and everything stored about them except secrets.',
  'accounts.add': 'Create accounts without rights.',
  'accounts.change': 'Change accounts, set their passwords, activate and deactivate them.',
  'accounts.delete': 'Delete accounts.',
  'groups.view': 'View groups and their permissions.',
  'sessions.view': 'View the sessions of all accounts.',
  'sessions.delete': 'End sessions of other accounts.',
  'keys.view': 'View the signing keys, without their private parts.',
  'keys.change': 'Rotate and retire signing keys.',
  'events.view': 'Read the audit log.',
  'statistics.view': 'View the numbers of sign-ins, failed sign-ins, refreshes and registrations.',
  'limits.view': 'View the rate limits and the clients they block.',
  'limits.change': 'Lift a rate limit that blocks a client.',
  'outbox.view': 'View waiting and sent mail and its recipients, without its content.',
  'outbox.change': 'Retry or drop mail.',
  'webhooks.view': 'View webhooks and their deliveries, without their secrets.',
  'webhooks.change': 'Create, change and delete webhooks, and replay deliveries.',
} as const

/** A permission that Latchkey itself uses. */
export type OwnPermission = keyof typeof ownPermissions

/** Permissions of parts that can be left out. Such a part adds its own with a `declare module`. */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled elsewhere
export interface OptionalPermissions {}

/** A permission that something in Latchkey needs. */
export type NeededPermission = OwnPermission | keyof OptionalPermissions

/** A permission that can be granted. */
export type KnownPermission = {
  name: string
  /** What it allows; empty for permissions that only your services know. */
  description: string
}

/** The longest name of a permission: `app.codename`, both ASCII. */
export const PERMISSION_LIMIT = 150

/** Django's form, `app.codename`. Linear in the length of the text. */
const FORM = /^[A-Za-z][\w-]*\.[\w.:-]+$/

const ownApps: ReadonlySet<string> = new Set(Object.keys(ownPermissions).map(appOf))

/**
 * What is wrong with the name of a permission that somebody wants to grant. Services may use any name. Of Latchkey's
 * own, only existing ones can be granted: `accounts.veiw` would allow nothing, and nobody would notice.
 */
export function permissionFault(name: string): 'invalid_permission' | 'unknown_permission' | undefined {
  if (name.length > PERMISSION_LIMIT || !FORM.test(name)) return 'invalid_permission'
  return ownApps.has(appOf(name)) && !Object.hasOwn(ownPermissions, name) ? 'unknown_permission' : undefined
}

/**
 * Whether an account has `permission`. Superusers have every permission; inactive accounts have none, whatever they
 * hold.
 *
 * @param held all its permissions: its own and those of its groups
 */
export function mayDo(
  account: Pick<Account, 'isSuperuser' | 'deactivatedAt'>,
  held: ReadonlySet<string>,
  permission: string,
): boolean {
  return account.deactivatedAt === undefined && (account.isSuperuser || held.has(permission))
}

/**
 * Every permission that can be granted, by name: Latchkey's own, those of other parts, and those that somebody already
 * has.
 */
export function catalogue(others: readonly KnownPermission[], granted: readonly string[]): KnownPermission[] {
  const descriptions = new Map<string, string>(granted.map((name) => [name, '']))
  for (const { name, description } of others) descriptions.set(name, description)
  for (const [name, description] of Object.entries(ownPermissions)) descriptions.set(name, description)
  return [...descriptions]
    .map(([name, description]) => ({ name, description }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

function appOf(name: string): string {
  return name.slice(0, name.indexOf('.'))
}
