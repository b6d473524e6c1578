import { Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { ask } from '../api/api.ts'
import { SendAgain } from '../forms/send-again.tsx'
import { useTexts } from '../texts/texts.tsx'
import { factorTexts } from './factor-texts.ts'

type Props = {
  challenge_token: string
  /** The form that takes the code. @param lead says where the code is */
  form(lead: string): ReactNode
}

/** Sends a code by email at once, and more of them on request. Until one was sent, it does not say so. */
export function MailedCodeStep({ challenge_token, form }: Props) {
  const { signIn, byMail } = useTexts(factorTexts)
  const [state, setState] = useState<{ sentTo?: string; isRefused: boolean }>({ isRefused: false })
  const { sentTo, isRefused } = state
  const body = { challenge_token, factor: 'mailed_code' } as const
  async function send(): Promise<void> {
    try {
      const { sent_to } = await ask('POST /login/second-factor/begin', { body })
      setState({ sentTo: sent_to ?? '…', isRefused: false })
    } catch (error) {
      setState((before) => ({ ...before, isRefused: before.sentTo === undefined }))
      throw error
    }
  }
  return (
    <>
      {isRefused ? (
        <Text>{signIn.notMailed}</Text>
      ) : (
        form(sentTo === undefined ? signIn.mailing : signIn.mailed_code(sentTo))
      )}
      <SendAgain
        send={send}
        action={sentTo === undefined ? byMail.send : signIn.anotherCode}
        sent={signIn.codeSent}
        sendsFirst
        isMain={isRefused}
      />
    </>
  )
}
