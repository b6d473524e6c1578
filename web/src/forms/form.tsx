import { Button, type ButtonProps, Loader, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useProblemWords } from '../api/problem-words.ts'
import { Notice } from '../look/notice.tsx'
import { useTexts } from '../texts/texts.tsx'
import classes from './form.module.css'
import { formTexts } from './form-texts.ts'
import type { Submission } from './submission.ts'

type FormProps = {
  submission: Submission
  /** What stands on the button. */
  action: string
  children: ReactNode
  /** Other buttons, in the line of the first one. */
  beside?: ReactNode
  /** Below the button. */
  after?: ReactNode
  buttonProps?: ButtonProps
  fullWidth?: boolean
}

/** A form with its fields, its button, and a notice when it failed. */
export function Form({ submission, action, children, beside, after, buttonProps, fullWidth = false }: FormProps) {
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
        <Stack gap="xs" align={fullWidth ? 'stretch' : 'flex-start'} mt={4}>
          {beside ? (
            <div className={classes.buttons}>
              {button}
              {beside}
            </div>
          ) : (
            button
          )}
          <Text size="sm" c="dimmed" role="status" hidden={!isSlow}>
            {isSlow && texts.slow}
          </Text>
          {after}
        </Stack>
      </Stack>
    </form>
  )
}

/** A button that shows it is at work without being greyed out: a second press does nothing until the answer is there. */
export function SubmitButton({
  isSending,
  children,
  ...props
}: ButtonProps & { isSending: boolean; children: ReactNode }) {
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
