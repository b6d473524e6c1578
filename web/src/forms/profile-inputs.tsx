import { NativeSelect, Stack } from '@mantine/core'
import type { ProfileField } from '../site/site.ts'
import { useLanguage, useTexts } from '../texts/texts.tsx'
import { useFaultWords } from './fault-words.ts'
import { formTexts } from './form-texts.ts'
import type { ProfileFieldsProps } from './profile-fields.tsx'
import { editableFields, isRequired, kindOf } from './profile-values.ts'
import { Label, TextField } from './text-field.tsx'

/** The inputs of `ProfileFields`. In a file of its own, because most deployments declare no fields. */
export function ProfileInputs({ draft, onChange, faultsOf, requiredOnly = false }: ProfileFieldsProps) {
  const words = useFaultWords()
  const fields = editableFields().filter(([name]) => !requiredOnly || isRequired(name))
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
  const { region } = useLanguage()
  const isDate = field.format === 'date' && !Number.isNaN(Date.parse(text))
  const hint = isDate ? dayInWords(text, region) : undefined
  const description = [field.description, hint].filter(Boolean).join(' – ')
  const common = { name: `profile-${name}`, description, error }
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

/** A day in the language of the page: fields for dates show it in that of the browser. @param day such as `2026-11-30` */
export function dayInWords(day: string, region: string): string {
  return new Intl.DateTimeFormat(region, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(day))
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
