import { schemaValidator } from '../../platform/schema-validator.ts'
import { textFaults } from '../../platform/text-rules.ts'
import type { ProfileSchema } from './profile-schema.ts'

/** Your own profile fields, by name. */
export type Profile = Readonly<Record<string, unknown>>

/** The largest size of a profile, in bytes of JSON. */
export const PROFILE_LIMIT_BYTES = 8_192

/** The deepest nesting of values. */
const DEPTH_LIMIT = 16

/** What is wrong in a profile, and where: the names along the path, with slashes; empty for the profile as a whole. */
export type ProfileFault = { path: string; fault: string }

/** The outcome of a change: the profile to store, or everything that is wrong with it. */
type ProfileChange = { kind: 'changed'; profile: Profile } | { kind: 'refused'; faults: ProfileFault[] }

/** What profiles may contain. */
export type ProfileRule = {
  /** The schema; undefined: no fields are declared, so every profile is empty. */
  schema: ProfileSchema | undefined
  /**
   * A profile with some members set, and members that are `null` removed (RFC 7396, first level). The result must
   * satisfy the schema, including required members. Members that an earlier schema allowed stay until they are removed.
   */
  change(profile: Profile, members: Profile): ProfileChange
}

/** @param schema undefined: no fields are declared, and every profile is empty */
export function createProfileRule(schema: ProfileSchema | undefined): ProfileRule {
  const declared = new Set(Object.keys(schema?.properties ?? {}))
  const validatorOf = schemaValidator(schema ?? { type: 'object', additionalProperties: false })

  function faultsOf(profile: Profile, members: Profile): ProfileFault[] {
    const unknown = Object.keys(members).filter((name) => !declared.has(name) && members[name] !== null)
    if (unknown.length > 0) return unknown.map((path) => ({ path, fault: 'unknown_field' }))
    const unstorable = unstorableFault(members)
    if (unstorable !== undefined) return [unstorable]
    if (Buffer.byteLength(JSON.stringify(profile)) > PROFILE_LIMIT_BYTES) return [{ path: '', fault: 'too_large' }]
    const known = pick(profile, (name) => declared.has(name))
    const validator = validatorOf()
    if (validator.Check(known)) return []
    return [...validator.Errors(known)].flatMap((error) => {
      const path = error.instancePath.replace(/^\//, '')
      if (error.keyword === 'additionalProperties') return []
      // The schema of an undeclared member is `false`, and the validator reports that.
      if (error.keyword !== 'required')
        return [{ path, fault: error.keyword === 'boolean' ? 'unknown_field' : error.keyword }]
      return error.params.requiredProperties.map((name) => ({
        path: path === '' ? name : `${path}/${name}`,
        fault: 'required',
      }))
    })
  }

  return {
    schema,
    change(current, members) {
      const kept = pick(current, (name) => !Object.hasOwn(members, name))
      const profile = { ...kept, ...pick(members, (name) => members[name] !== null) }
      const faults = faultsOf(profile, members)
      return faults.length > 0 ? { kind: 'refused', faults } : { kind: 'changed', profile }
    },
  }
}

/** The first text that no database can store, or value that is nested too deeply. */
function unstorableFault(value: unknown, path = '', depth = 0): ProfileFault | undefined {
  if (typeof value === 'string') {
    const fault = textFaults(value)[0]?.fault
    return fault === undefined ? undefined : { path, fault }
  }
  if (typeof value !== 'object' || value === null) return undefined
  if (depth === DEPTH_LIMIT) return { path, fault: 'too_deep' }
  for (const [name, member] of Object.entries(value)) {
    const below = path === '' ? name : `${path}/${name}`
    const fault = textFaults(name).length > 0 ? { path, fault: 'invalid_name' } : undefined
    const found = fault ?? unstorableFault(member, below, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

/** Never use assignment, so that a member called `__proto__` remains a member. */
function pick(members: Profile, isWanted: (name: string) => boolean): Profile {
  return Object.fromEntries(Object.entries(members).filter(([name]) => isWanted(name)))
}
