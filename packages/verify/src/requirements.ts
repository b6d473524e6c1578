import type { VerifiedToken } from './verified-token.ts'
import { VerifyError } from './verify-error.ts'

/** The rights that a token must have: all that are named here. */
export type Requirements = {
  /** A permission such as `orders.change`, or several, which are all required. */
  permission?: string | readonly string[]
  /** The name of a group, or several, which are all required. */
  group?: string | readonly string[]
}

/** Options of one check. */
export type VerifyOptions = { requires?: Requirements }

/**
 * Checks that options mean what their author thinks. A misspelt name or an undefined permission would otherwise let
 * everybody in.
 *
 * @throws TypeError
 */
export function checkVerifyOptions(options: VerifyOptions): void {
  checkNames('verify options', options, ['requires'])
  if (!('requires' in options)) return
  const { requires } = options
  if (typeof requires !== 'object' || requires === null) throw new TypeError('requires must be an object')
  checkNames('requires', requires, ['permission', 'group'])
  for (const [name, wanted] of Object.entries(requires)) {
    const list = listOf(wanted)
    if (!Array.isArray(list) || list.length === 0 || !list.every((one) => typeof one === 'string' && one !== '')) {
      throw new TypeError(`requires.${name} must be a string, or an array of strings that is not empty`)
    }
  }
}

/** @throws VerifyError `permission_denied` */
export function checkRights(token: VerifiedToken, { permission, group }: Requirements): void {
  for (const one of listOf(permission)) {
    if (!token.permissions.includes(one)) throw denied(`the permission ${one} is missing`)
  }
  for (const one of listOf(group)) {
    if (!token.groups.includes(one)) throw denied(`the group ${one} is missing`)
  }
}

/** Joins several sets of requirements, which must all hold. Undefined: there are none. */
export function joinRequirements(all: readonly Requirements[]): Requirements | undefined {
  const permission = all.flatMap((one) => listOf(one.permission))
  const group = all.flatMap((one) => listOf(one.group))
  if (permission.length + group.length === 0) return undefined
  return { ...(permission.length > 0 && { permission }), ...(group.length > 0 && { group }) }
}

function checkNames(where: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new TypeError(`${where}: ${unknown} is unknown. Known: ${known.join(', ')}`)
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

function denied(detail: string): VerifyError {
  return new VerifyError('permission_denied', { detail })
}
