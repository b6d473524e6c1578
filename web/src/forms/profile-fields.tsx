import { lazy, Suspense } from 'react'
import type { FieldFault } from '../api/problem.ts'
import { editableFields, isRequired, type ProfileDraft } from './profile-values.ts'

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
  const hasAny = editableFields().some(([name]) => props.requiredOnly !== true || isRequired(name))
  if (!hasAny) return null
  return (
    <Suspense fallback={null}>
      <Inputs {...props} />
    </Suspense>
  )
}
