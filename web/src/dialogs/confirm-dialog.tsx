import { Button, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/submission.ts'
import { useTexts } from '../texts/texts.tsx'
import { Dialog } from './dialog.tsx'
import { dialogTexts } from './dialog-texts.ts'

type Props<Answer> = {
  title: string
  lead: ReactNode
  /** The label of the button: the verb for what will happen. */
  action: string
  /** Whether it cannot be undone. Default false. */
  isDangerous?: boolean
  close(): void
  send(): Promise<Answer>
  done(answer: Answer): void | Promise<void>
  children?: ReactNode
}

/** Asks before something is done, does it once, and shows a failure in place. Render it while it is open. */
export function ConfirmDialog<Answer>({
  title,
  lead,
  action,
  isDangerous = false,
  close,
  send,
  done,
  children,
}: Props<Answer>) {
  const texts = useTexts(dialogTexts)
  const submission = useSubmission({
    send,
    done: async (answer) => {
      await done(answer)
      close()
    },
  })
  return (
    <Dialog title={title} close={close}>
      <Stack gap="md">
        <Text c="dimmed" component="div">
          {lead}
        </Text>
        <Form
          submission={submission}
          action={action}
          {...(isDangerous && { buttonProps: { color: 'red.8' } })}
          cancel={
            <Button variant="default" onClick={close} data-autofocus>
              {texts.cancel}
            </Button>
          }
        >
          {children}
        </Form>
      </Stack>
    </Dialog>
  )
}
