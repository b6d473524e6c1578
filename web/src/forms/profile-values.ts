import { type ProfileField, site } from '../site/site.ts'

/** What was typed into the deployment's fields, by name: as strings, whatever the type of the field. */
export type ProfileDraft = Readonly<Record<string, string>>

type Kind = 'text' | 'number' | 'boolean' | 'other'

/** How a field is filled in. `other`: not possible in one line. */
export function kindOf({ type }: ProfileField): Kind {
  const types = (Array.isArray(type) ? type : [type]).filter((one) => one !== 'null')
  const [only] = types
  if (types.length > 1) return 'other'
  if (only === 'number' || only === 'integer') return 'number'
  if (only === 'boolean') return 'boolean'
  return only === 'string' || only === undefined ? 'text' : 'other'
}

/** The fields that people can fill in here. */
export function editableFields(): [string, ProfileField][] {
  return Object.entries(site.profile_schema?.properties ?? {}).filter(
    ([, field]) => field.readOnly !== true && (field.enum !== undefined || kindOf(field) !== 'other'),
  )
}

export function isRequired(name: string): boolean {
  return site.profile_schema?.required?.includes(name) ?? false
}

/** A stored profile as strings to edit. */
export function draftOf(profile: Readonly<Record<string, unknown>>): ProfileDraft {
  return Object.fromEntries(
    editableFields().flatMap(([name, field]) => {
      const value = profile[name]
      if (value === undefined || value === null) return []
      return [[name, field.enum === undefined ? String(value) : JSON.stringify(value)]]
    }),
  )
}

/** The strings as values of their fields. Empty ones are `null`, which removes a member (RFC 7396), or left out. */
export function profileOf(draft: ProfileDraft, { withNulls }: { withNulls: boolean }): Record<string, unknown> {
  return Object.fromEntries(
    editableFields().flatMap(([name, field]): [string, unknown][] => {
      const text = draft[name]
      if (text === undefined) return []
      if (text === '') return withNulls ? [[name, null]] : []
      return [[name, parseText(field, text)]]
    }),
  )
}

function parseText(field: ProfileField, text: string): unknown {
  if (field.enum !== undefined) return JSON.parse(text)
  const kind = kindOf(field)
  if (kind === 'number') return Number(text)
  return kind === 'boolean' ? text === 'true' : text
}
