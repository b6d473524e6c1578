import { Button } from '@mantine/core'
import { useState } from 'react'
import { asProblem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { Notice } from '../look/notice.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import classes from './details.module.css'
import { failingTexts } from './failing-texts.ts'
import { useFailureWords } from './failure-words.ts'
import { notify } from './notifications.tsx'

type Props = {
  title: string
  failing: { since: string; retry_at: string; last_error: string }
  /** The way to try again at once; absent: the account may not. */
  retry?: { action: string; send(): Promise<unknown> }
}

/** Says that something cannot be delivered, since when and why. */
export function FailingNotice({ title, failing, retry }: Props) {
  const texts = useTexts(failingTexts)
  const words = useProblemWords()
  const whyFailing = useFailureWords()
  const [isBusy, setIsBusy] = useState(false)
  async function run(): Promise<void> {
    if (isBusy) return
    setIsBusy(true)
    await retry?.send().catch((error: unknown) => notify(words(asProblem(error))))
    setIsBusy(false)
  }
  return (
    <div className={classes.notice}>
      <Notice kind="warning" title={title}>
        <p className={classes.line}>{whyFailing(failing.last_error)}</p>
        <p className={classes.line}>
          {texts.since} <Moment at={failing.since} />. {texts.retryAt} <Moment at={failing.retry_at} relative />.
        </p>
        {retry && (
          <Button size="sm" variant="default" mt="xs" aria-disabled={isBusy} onClick={() => void run()}>
            {retry.action}
          </Button>
        )}
      </Notice>
    </div>
  )
}
