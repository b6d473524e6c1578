import { type ReactNode, useState } from 'react'
import { Form } from './form.tsx'
import { useSubmission } from './submission.ts'

type Props = {
  send(): Promise<unknown>
  /** The label of the button. */
  action: string
  /** The message after each success. */
  sent: string
  /** Below the button. */
  after?: ReactNode
}

/** A button for people who wait for an email in vain. */
export function SendAgain({ send, action, sent, after }: Props) {
  const [isSent, setIsSent] = useState(false)
  const submission = useSubmission({ send, done: () => setIsSent(true) })
  return (
    <Form
      submission={submission}
      action={action}
      buttonProps={{ variant: 'default' }}
      fullWidth
      said={isSent && sent}
      after={after}
    />
  )
}
