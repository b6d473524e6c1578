import { type ReactNode, useState } from 'react'
import type { FieldFault } from '../api/problem.ts'
import { Form } from '../forms/form.tsx'
import { type Submission, useSubmission } from '../forms/submission.ts'
import { SignInLayout } from '../layout/sign-in-layout.tsx'
import { ButtonLink, TextLink } from '../look/links.tsx'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { mailedLinkTexts } from './mailed-link-texts.ts'

type Words = { title: string; lead: string; action: string; done: string; doneLead: string }

type Props = {
  /** The secret in the link. If it is missing, the link was cut off. */
  token: string | undefined
  words: Words
  check?(): FieldFault[]
  confirm(token: string): Promise<unknown>
  /** Fields of the form. */
  children?(submission: Submission): ReactNode
  /** Where to request a new link if this one has been used. */
  again?: '/forgot-password/' | '/confirm-email/'
}

/**
 * The page behind a link in an email. Opening it changes nothing, because mail scanners open every link:
 * its button sends the token.
 */
export function MailedLink({ token, words, check = () => [], confirm, children, again }: Props) {
  const texts = useTexts(mailedLinkTexts)
  const [isDone, setIsDone] = useState(false)
  const submission = useSubmission({
    check,
    send: () => confirm(token ?? ''),
    done: () => setIsDone(true),
  })
  const below = <TextLink to="/sign-in/">{texts.toSignIn}</TextLink>
  if (token === undefined) {
    return <SignInLayout title={texts.incomplete} lead={texts.incompleteLead} below={below} />
  }
  if (isDone) {
    return (
      <SignInLayout title={words.done} lead={words.doneLead}>
        <ButtonLink
          to={site.session === 'none' ? '/sign-in/' : '/account/'}
          state={{ identifier: site.link?.login }}
          fullWidth
        >
          {site.session === 'none' ? texts.toSignIn : texts.toAccount}
        </ButtonLink>
      </SignInLayout>
    )
  }
  const isUsedUp = submission.problem?.code === 'one_time_token_not_valid'
  return (
    <SignInLayout title={words.title} lead={words.lead} below={below}>
      <Form
        submission={submission}
        action={words.action}
        fullWidth
        after={
          isUsedUp &&
          again && (
            <TextLink to={again} size="sm" ta="center">
              {texts.askAgain}
            </TextLink>
          )
        }
      >
        {children?.(submission)}
      </Form>
    </SignInLayout>
  )
}
