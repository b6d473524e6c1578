import { TextInput, type TextInputProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTexts } from '../texts/texts.tsx'
import { formTexts } from './form-texts.ts'

type Props = Omit<TextInputProps, 'onChange' | 'value'> & {
  value: string
  onChange(value: string): void
  isOptional?: boolean
}

/** A line of text. Every field is required unless it says that it is optional. */
export function TextField({ label, value, onChange, isOptional = false, ...props }: Props) {
  return (
    <TextInput
      {...props}
      label={<Label isOptional={isOptional}>{label}</Label>}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      required={!isOptional}
      withAsterisk={false}
    />
  )
}

/** The label of a field, with a word beside it if the field is optional. */
export function Label({ children, isOptional }: { children: ReactNode; isOptional: boolean }) {
  const texts = useTexts(formTexts)
  if (!isOptional) return children
  return (
    <>
      {children} <span style={{ fontWeight: 400, color: 'var(--mantine-color-dimmed)' }}>({texts.optional})</span>
    </>
  )
}
