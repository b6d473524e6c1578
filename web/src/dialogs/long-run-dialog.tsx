import { Button, Progress, Stack, Text } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { asProblem, type Problem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { ButtonRow } from '../forms/button-row.tsx'
import { Notice } from '../look/notice.tsx'
import { useTexts } from '../texts/texts.tsx'
import { Dialog } from './dialog.tsx'
import { dialogTexts } from './dialog-texts.ts'
import { longRunTexts } from './long-run-texts.ts'

type Stage = 'asking' | 'running' | 'finished' | 'stopped'

type Props = {
  title: string
  /** The question before it begins. */
  question: ReactNode
  /** The label of the button that begins it. */
  action: string
  isDangerous?: boolean
  /** Whether everything that it needs is filled in. Default true. */
  isReady?: boolean
  /** It was begun earlier and did not finish: the dialog offers to continue. Default false. */
  isInterrupted?: boolean
  /** Runs or continues it. @throws Problem why it stopped early */
  run(signal: AbortSignal): Promise<void>
  /** Its progress, from 0 to 1; undefined: unknown. */
  share?: number | undefined
  /** Its progress, in words. */
  sofar: string
  /** What it has done, once it has stopped or finished. */
  outcome: ReactNode
  close(isFinished: boolean): void
}

/**
 * Asks, does something that takes a while, shows its progress, and reports the result. While it runs, the page cannot be left by
 * accident. It can be stopped and continued.
 */
export function LongRunDialog(props: Props) {
  const { title, question, action, isDangerous = false, isReady = true, isInterrupted = false } = props
  const { run, share, sofar, outcome, close } = props
  const texts = useTexts(longRunTexts)
  const shared = useTexts(dialogTexts)
  const words = useProblemWords()
  const [stage, setStage] = useState<Stage>(isInterrupted ? 'stopped' : 'asking')
  const [problem, setProblem] = useState<Problem>()
  const stopper = useRef<AbortController>(undefined)
  const closeButton = useRef<HTMLButtonElement>(null)
  const stopButton = useRef<HTMLButtonElement>(null)
  const isRunning = stage === 'running'
  const { history } = useRouter()
  useEffect(() => {
    return isRunning ? history.block({ blockerFn: () => true, enableBeforeUnload: true }) : undefined
  }, [isRunning, history])
  // The button that had the focus is gone; the next one gets it.
  useEffect(() => {
    if (stage === 'running') stopButton.current?.focus()
    else if (stage !== 'asking') closeButton.current?.focus()
  }, [stage])

  async function start(): Promise<void> {
    setProblem(undefined)
    setStage('running')
    const stop = new AbortController()
    stopper.current = stop
    try {
      await run(stop.signal)
      setStage('finished')
    } catch (error) {
      if (!stop.signal.aborted) setProblem(asProblem(error))
      setStage('stopped')
    }
  }

  const leave = () => close(stage === 'finished')
  return (
    <Dialog title={title} close={isRunning ? undefined : leave} size="md">
      <Stack gap="md">
        {stage === 'asking' && (
          <>
            {question}
            <ButtonRow isAtEnd>
              <Button variant="default" onClick={leave}>
                {shared.cancel}
              </Button>
              <Button disabled={!isReady} onClick={() => void start()} {...(isDangerous && { color: 'red.8' })}>
                {action}
              </Button>
            </ButtonRow>
          </>
        )}
        {isRunning && (
          <>
            <Progress value={share === undefined ? 100 : share * 100} animated aria-label={texts.progress} />
            <Text role="status">{sofar}</Text>
            <Text size="sm" c="dimmed">
              {texts.stayHere}
            </Text>
            <ButtonRow isAtEnd>
              <Button ref={stopButton} variant="default" onClick={() => stopper.current?.abort()}>
                {texts.stop}
              </Button>
            </ButtonRow>
          </>
        )}
        {(stage === 'finished' || stage === 'stopped') && (
          <>
            {problem && <Notice kind="problem">{words(problem)}</Notice>}
            {stage === 'stopped' && <Notice kind="warning">{texts.stopped}</Notice>}
            {outcome}
            <ButtonRow isAtEnd>
              {stage === 'stopped' && (
                <Button variant="default" onClick={() => void start()}>
                  {texts.goOn}
                </Button>
              )}
              <Button ref={closeButton} onClick={() => close(true)}>
                {shared.close}
              </Button>
            </ButtonRow>
          </>
        )}
      </Stack>
    </Dialog>
  )
}
