import { Button, type ButtonProps, Loader, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useProblemWords } from '../api/problem-words.ts'
import { Notice, Said } from '../look/notice.tsx'
import { useTexts } from '../texts/texts.tsx'
import { ButtonRow } from './button-row.tsx'
import classes from './form.module.css'
import { formTexts } from './form-texts.ts'
import type { Submission } from './submission.ts'

type FormProps = {
  submission: Submission
  /** The label of the button. */
  action: string
  children?: ReactNode
  /** Other buttons, after the first one. */
  beside?: ReactNode
  /** The button that closes the dialog of this form. The buttons are then at the dialog's end. */
  cancel?: ReactNode
  /** The message after success. Screen readers read it out. */
  said?: ReactNode
  /** Below the button. */
  after?: ReactNode
  buttonProps?: ButtonProps
  fullWidth?: boolean
}

/** A form with its fields, its button, and a notice after a failure. */
export function Form(props: FormProps) {
  const { submission, action, children, beside, cancel, said, after, buttonProps, fullWidth = false } = props
  const words = useProblemWords()
  const { problem, isSlow } = submission
  const texts = useTexts(formTexts)
  const button = (
    <SubmitButton isSending={submission.isSending} fullWidth={fullWidth} {...buttonProps}>
      {action}
    </SubmitButton>
  )
  return (
    <form ref={submission.formRef} onSubmit={submission.submit} noValidate aria-busy={submission.isSending}>
      <Stack gap="md">
        {problem && <Notice kind="problem">{words(problem)}</Notice>}
        {children}
        <Stack gap="xs" align={fullWidth || cancel ? 'stretch' : 'flex-start'} mt={4}>
          {beside || cancel ? (
            <ButtonRow isAtEnd={Boolean(cancel)}>
              {cancel}
              {button}
              {beside}
            </ButtonRow>
          ) : (
            button
          )}
          <div role="status" className={classes.said}>
            {isSlow && (
              <Text size="sm" c="dimmed">
                {texts.slow}
              </Text>
            )}
          </div>
          {/* Goes away meanwhile: a second success in the same words is then read out as well. */}
          <Said>{!submission.isSending && said}</Said>
          {after}
        </Stack>
      </Stack>
    </form>
  )
}

/** A button that shows that it is busy without being greyed out: a second press does nothing until the response arrives. */
function SubmitButton({ isSending, children, ...props }: ButtonProps & { isSending: boolean; children: ReactNode }) {
  return (
    <Button
      type="submit"
      aria-disabled={isSending}
      {...props}
      {...(isSending && { rightSection: <Loader size="1em" color="currentColor" /> })}
    >
      {children}
    </Button>
  )
}
