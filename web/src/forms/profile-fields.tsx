import { Stack } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { FieldFault } from '../api/problem.ts'
import { editableFields, isRequired, type ProfileDraft } from './profile-values.ts'
import { TextField } from './text-field.tsx'

const Inputs = lazy(async () => ({ default: (await import('./profile-inputs.tsx')).ProfileInputs }))

export type ProfileFieldsProps = {
  draft: ProfileDraft
  onChange(name: string, text: string): void
  faultsOf(field: string): readonly FieldFault[]
  /** Only fields that must be filled in. Default false. */
  requiredOnly?: boolean
}

/** The fields that this deployment declares. Lists and nested values can only be set by programs. */
export function ProfileFields(props: ProfileFieldsProps) {
  const fields = editableFields().filter(([name]) => props.requiredOnly !== true || isRequired(name))
  if (fields.length === 0) return null
  return (
    <Suspense fallback={<Room names={fields.map(([name]) => name)} />}>
      <Inputs {...props} />
    </Suspense>
  )
}

/** A label of one line. Not the real one: until the field is there, nothing has its name. */
const BLANK = '\u00a0'

/** Takes the room of the fields until they arrive, so that nothing moves. */
function Room({ names }: { names: readonly string[] }) {
  return (
    <Stack gap="md" style={{ visibility: 'hidden' }}>
      {names.map((name) => (
        <TextField key={name} label={BLANK} value="" onChange={() => {}} />
      ))}
    </Stack>
  )
}
