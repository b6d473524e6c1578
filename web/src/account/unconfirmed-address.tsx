import { Anchor } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { ask } from '../api/api.ts'
import { asProblem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { Notice } from '../look/notice.tsx'
import { useTexts } from '../texts/texts.tsx'
import { accountTexts } from './account-texts.ts'
import classes from './section.module.css'

/** Reminds the owner that the address is not confirmed yet, and sends the email again. */
export function UnconfirmedAddress({ email }: { email: string }) {
  const texts = useTexts(accountTexts)
  const words = useProblemWords()
  const again = useMutation({
    mutationFn: () => ask('POST /email-verification', { body: { email } }),
  })
  return (
    <div className={classes.banner}>
      <Notice kind="warning">
        {texts.unconfirmed(email)}{' '}
        <span role="status">
          {again.isSuccess && texts.sentAgain}
          {again.isError && words(asProblem(again.error))}
        </span>{' '}
        {!again.isSuccess && (
          <Anchor
            component="button"
            type="button"
            inherit
            c="inherit"
            td="underline"
            onClick={() => again.isPending || again.mutate()}
          >
            {texts.sendAgain}
          </Anchor>
        )}
      </Notice>
    </div>
  )
}
