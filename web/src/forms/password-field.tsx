import { PasswordInput } from '@mantine/core'
import { type KeyboardEvent, type ReactNode, useState } from 'react'
import { Icon } from '../look/icon.tsx'
import { useTexts } from '../texts/texts.tsx'
import { formTexts } from './form-texts.ts'

type PasswordFieldProps = {
  label: string
  value: string
  onChange(value: string): void
  /** Tells password managers which password is meant. */
  autoComplete: 'current-password' | 'new-password'
  error?: string | undefined
  /** Below the field: the rules for its text. */
  rules?: ReactNode
  name?: string
  autoFocus?: boolean
}

/** A password: it can be shown, pasted and filled in by a password manager. Says when Caps Lock is on. */
export function PasswordField({ label, value, onChange, name = 'password', rules, ...props }: PasswordFieldProps) {
  const texts = useTexts(formTexts)
  const [isVisible, setIsVisible] = useState(false)
  const [isCapsLock, setIsCapsLock] = useState(false)
  const look = (event: KeyboardEvent) => setIsCapsLock(event.getModifierState('CapsLock'))
  return (
    <PasswordInput
      {...props}
      name={name}
      label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={look}
      onKeyUp={look}
      aria-invalid={props.error ? true : undefined}
      description={
        (isCapsLock || rules) && (
          <>
            {isCapsLock && texts.capsLock}
            {rules}
          </>
        )
      }
      descriptionProps={{ component: 'div' }}
      inputWrapperOrder={['label', 'input', 'error', 'description']}
      visible={isVisible}
      onVisibilityChange={setIsVisible}
      visibilityToggleIcon={({ reveal }) => <Icon name={reveal ? 'eyeOff' : 'eye'} size={18} />}
      visibilityToggleButtonProps={{
        'aria-label': isVisible ? texts.hidePassword : texts.showPassword,
        tabIndex: 0,
        'aria-hidden': false,
      }}
      required
      withAsterisk={false}
      spellCheck={false}
      autoCapitalize="none"
    />
  )
}
