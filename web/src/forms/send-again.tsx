import { type ReactNode, useEffect, useState } from 'react'
import { Form } from './form.tsx'
import { useSubmission } from './submission.ts'

type Props = {
  send(): Promise<unknown>
  /** The label of the button. */
  action: string
  /** The message after each success, except for one that nobody asked for. */
  sent: string
  /** Whether to send once without being asked. Default false: the email was sent before this button appeared. */
  sendsFirst?: boolean
  /** Whether there is nothing else to do. Default false. */
  isMain?: boolean
  /** Below the button. */
  after?: ReactNode
}

/** A button for people who wait for an email in vain. */
export function SendAgain({ send, action, sent, sendsFirst = false, isMain = false, after }: Props) {
  const [count, setCount] = useState(sendsFirst ? 0 : 1)
  const submission = useSubmission({ send, done: () => setCount((before) => before + 1) })
  const { formRef } = submission
  useEffect(() => {
    if (sendsFirst) formRef.current?.requestSubmit()
  }, [sendsFirst, formRef])
  return (
    <Form
      submission={submission}
      action={action}
      buttonProps={{ variant: isMain ? 'filled' : 'default' }}
      fullWidth
      said={count > 1 && sent}
      after={after}
    />
  )
}
