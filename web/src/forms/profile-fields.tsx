import { NativeSelect, Stack } from '@mantine/core'
import type { FieldFault } from '../api/problem.ts'
import { type ProfileField, site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { useFaultWords } from './fault-words.ts'
import { formTexts } from './form-texts.ts'
import { Label, TextField } from './text-field.tsx'

/** What was typed into the fields of the deployment, by name: as text, whatever the field holds. */
export type ProfileDraft = Readonly<Record<string, string>>

type Props = {
  draft: ProfileDraft
  onChange(name: string, text: string): void
  faultsOf(field: string): readonly FieldFault[]
  /** Only fields that must be filled in. Default false. */
  requiredOnly?: boolean
}

/** The fields that this deployment declares. Lists and nested values are left to programs. */
export function ProfileFields({ draft, onChange, faultsOf, requiredOnly = false }: Props) {
  const words = useFaultWords()
  const fields = editableFields().filter(([name]) => !requiredOnly || isRequired(name))
  if (fields.length === 0) return null
  return (
    <Stack gap="md">
      {fields.map(([name, field]) => (
        <ProfileInput
          key={name}
          name={name}
          field={field}
          text={draft[name] ?? ''}
          onChange={(text) => onChange(name, text)}
          error={words(faultsOf(`profile/${name}`))}
        />
      ))}
    </Stack>
  )
}

type InputProps = {
  name: string
  field: ProfileField
  text: string
  onChange(text: string): void
  error: string | undefined
}

function ProfileInput({ name, field, text, onChange, error }: InputProps) {
  const texts = useTexts(formTexts)
  const label = field.title ?? name
  const isOptional = !isRequired(name)
  const options = optionsOf(field, texts)
  const common = { name: `profile-${name}`, description: field.description, error }
  if (options !== undefined) {
    return (
      <NativeSelect
        {...common}
        label={<Label isOptional={isOptional}>{label}</Label>}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={[{ value: '', label: texts.choose }, ...options]}
      />
    )
  }
  return (
    <TextField
      {...common}
      label={label}
      value={text}
      onChange={onChange}
      isOptional={isOptional}
      type={inputType(field)}
    />
  )
}

function inputType(field: ProfileField): string {
  if (kindOf(field) === 'number') return 'number'
  return { date: 'date', email: 'email', uri: 'url', time: 'time' }[field.format ?? ''] ?? 'text'
}

function optionsOf(
  field: ProfileField,
  texts: { yes: string; no: string },
): { value: string; label: string }[] | undefined {
  if (field.enum !== undefined) return field.enum.map((one) => ({ value: JSON.stringify(one), label: String(one) }))
  if (kindOf(field) === 'boolean') {
    return [
      { value: 'true', label: texts.yes },
      { value: 'false', label: texts.no },
    ]
  }
  return undefined
}

type Kind = 'text' | 'number' | 'boolean' | 'other'

function kindOf({ type }: ProfileField): Kind {
  const types = (Array.isArray(type) ? type : [type]).filter((one) => one !== 'null')
  const [only] = types
  if (types.length > 1) return 'other'
  if (only === 'number' || only === 'integer') return 'number'
  if (only === 'boolean') return 'boolean'
  return only === 'string' || only === undefined ? 'text' : 'other'
}

function editableFields(): [string, ProfileField][] {
  return Object.entries(site.profile_schema?.properties ?? {}).filter(
    ([, field]) => field.readOnly !== true && (field.enum !== undefined || kindOf(field) !== 'other'),
  )
}

function isRequired(name: string): boolean {
  return site.profile_schema?.required?.includes(name) ?? false
}

/** A stored profile as texts to edit. */
export function draftOf(profile: Readonly<Record<string, unknown>>): ProfileDraft {
  return Object.fromEntries(
    editableFields().flatMap(([name, field]) => {
      const value = profile[name]
      if (value === undefined || value === null) return []
      return [[name, field.enum === undefined ? String(value) : JSON.stringify(value)]]
    }),
  )
}

/** The texts as values of their fields. Empty ones are `null`, which takes a member out (RFC 7396), or left out. */
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
