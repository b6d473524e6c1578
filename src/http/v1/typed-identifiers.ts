import { strip } from '../../platform/white-space.ts'

/** Members in which people type a name or an address. */
const IDENTIFIERS = ['username', 'email', 'phone_number', 'name', 'search'] as const

/**
 * The same body or query, without white space around names and addresses, because keyboards and copying add it. The
 * classic contract does the same. Passwords and tokens stay as they are.
 */
export function withoutSlips(presented: unknown): unknown {
  if (typeof presented !== 'object' || presented === null || Array.isArray(presented)) return presented
  const changed: Record<string, string> = {}
  for (const name of IDENTIFIERS) {
    const value: unknown = Object.hasOwn(presented, name) ? Reflect.get(presented, name) : undefined
    if (typeof value === 'string' && value !== strip(value)) changed[name] = strip(value)
  }
  return Object.keys(changed).length === 0 ? presented : { ...presented, ...changed }
}
