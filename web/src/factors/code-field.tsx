import type { Submission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { useCodeFault } from './code-fault.ts'

type Props = {
  label: string
  value: string
  change(code: string): void
  /** Of the form that sends the code, as its field `code`. */
  submission: Submission
  /** A recovery code has letters; all others are digits. */
  isRecovery?: boolean
}

/** The field for a one-time code. It has the focus, because there is nothing else to fill in. */
export function CodeField({ label, value, change, submission, isRecovery = false }: Props) {
  const words = useCodeFault()
  return (
    <TextField
      name="code"
      label={label}
      value={value}
      onChange={(text) => {
        change(text)
        submission.changed('code')
      }}
      autoComplete={isRecovery ? 'off' : 'one-time-code'}
      inputMode={isRecovery ? 'text' : 'numeric'}
      autoCapitalize="none"
      spellCheck={false}
      enterKeyHint="go"
      autoFocus
      error={words(submission.faultsOf('code'))}
    />
  )
}
