import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { asProblem, Problem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { dialogTexts } from '../dialogs/dialog-texts.ts'
import { TextField } from '../forms/text-field.tsx'
import { GroupSelect } from '../groups/group-select.tsx'
import { TextLink } from '../look/links.tsx'
import { Notice } from '../look/notice.tsx'
import { useTexts } from '../texts/texts.tsx'
import classes from './bulk-dialog.module.css'
import { type BulkAccounts, type BulkAction, type BulkFailure, nothingDone, runBulk } from './bulk-run.ts'
import { bulkTexts } from './bulk-texts.ts'

type Props = { action: BulkAction; accounts: BulkAccounts; close(isDone: boolean): void }

type Stage = 'asking' | 'running' | 'finished' | 'stopped'

/** How many failures are shown one by one. */
const SHOWN = 100

/** Asks, does it to all of them, and says what became of each. */
export function BulkDialog({ action, accounts, close }: Props) {
  const texts = useTexts(bulkTexts)
  const shared = useTexts(dialogTexts)
  const words = useProblemWords()
  const queries = useQueryClient()
  const [stage, setStage] = useState<Stage>('asking')
  const [progress, setProgress] = useState(nothingDone)
  const [problem, setProblem] = useState<Problem>()
  const [groupId, setGroupId] = useState('')
  const [typed, setTyped] = useState('')
  const stopper = useRef<AbortController>(undefined)
  const closeButton = useRef<HTMLButtonElement>(null)
  const stopButton = useRef<HTMLButtonElement>(null)
  // The button that had the focus is gone; the one that is next takes it.
  useEffect(() => {
    if (stage === 'running') stopButton.current?.focus()
    else if (stage !== 'asking') closeButton.current?.focus()
  }, [stage])
  const needsGroup = action === 'add_to_group' || action === 'remove_from_group'
  const isDelete = action === 'delete'
  const sofar = progress.done + progress.unchanged + progress.failed.length
  const isReady = (!needsGroup || groupId !== '') && (!isDelete || typed.trim().toLowerCase() === texts.confirmWord)

  async function start(): Promise<void> {
    setProblem(undefined)
    setStage('running')
    const stop = new AbortController()
    stopper.current = stop
    try {
      const wanted = { action, groupId: needsGroup ? Number(groupId) : undefined, accounts, before: progress }
      await runBulk(wanted, setProgress, stop.signal)
      setStage('finished')
    } catch (error) {
      if (!stop.signal.aborted) setProblem(asProblem(error))
      setStage('stopped')
    }
    await queries.invalidateQueries({ queryKey: ['users'] })
  }

  const leave = () => close(stage === 'finished')
  return (
    <Dialog title={texts.names[action]} close={stage === 'running' ? undefined : leave} size="md">
      <Stack gap="md">
        {stage === 'asking' && (
          <>
            <Text>
              {whoOf(accounts, texts)} {texts.leads[action]}
            </Text>
            {needsGroup && <GroupSelect label={texts.group} value={groupId} change={setGroupId} />}
            {isDelete && (
              <TextField
                label={texts.typeToConfirm(texts.confirmWord)}
                value={typed}
                onChange={setTyped}
                autoComplete="off"
              />
            )}
            <Group justify="flex-end">
              <Button variant="default" onClick={leave}>
                {shared.cancel}
              </Button>
              <Button disabled={!isReady} onClick={() => void start()} {...(isDelete && { color: 'red.8' })}>
                {isDelete ? texts.names.delete : texts.start}
              </Button>
            </Group>
          </>
        )}
        {stage === 'running' && (
          <>
            <Progress value={progress.share * 100} aria-label={texts.progress} />
            <Text role="status">{texts.running(sofar)}</Text>
            <Text size="sm" c="dimmed">
              {texts.stayHere}
            </Text>
            <Group justify="flex-end">
              <Button ref={stopButton} variant="default" onClick={() => stopper.current?.abort()}>
                {texts.stop}
              </Button>
            </Group>
          </>
        )}
        {(stage === 'finished' || stage === 'stopped') && (
          <>
            {problem && <Notice kind="problem">{words(problem)}</Notice>}
            {stage === 'stopped' && <Notice kind="warning">{texts.stopped}</Notice>}
            <div role="status">
              <Text fw={600}>{isDelete ? texts.deleted(progress.done) : texts.done(progress.done)}</Text>
              {progress.unchanged > 0 && <Text c="dimmed">{texts.unchanged(progress.unchanged)}</Text>}
            </div>
            {progress.failed.length > 0 && <Failures failed={progress.failed} />}
            <Group justify="flex-end">
              {stage === 'stopped' && (
                <Button variant="default" onClick={() => void start()}>
                  {sofar === 0 ? texts.start : texts.goOn}
                </Button>
              )}
              <Button ref={closeButton} onClick={() => close(true)}>
                {shared.close}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Dialog>
  )
}

function whoOf(accounts: BulkAccounts, texts: (typeof bulkTexts)['en']): string {
  if ('ids' in accounts) return texts.who(accounts.ids.length)
  return Object.keys(accounts.filter).length === 0 ? texts.whoEverybody : texts.whoAll
}

function Failures({ failed }: { failed: readonly BulkFailure[] }) {
  const texts = useTexts(bulkTexts)
  const words = useProblemWords()
  return (
    <div>
      <Text fw={600}>{texts.failed(failed.length)}</Text>
      <ul className={classes.failures}>
        {failed.slice(0, SHOWN).map(({ id, username, code }) => (
          <li key={id}>
            <TextLink to="/admin/users/$id/" params={{ id: String(id) }} target="_blank">
              {username ?? `#${id}`}
            </TextLink>
            <span className={classes.reason}>{words(new Problem({ status: 400, code }))}</span>
          </li>
        ))}
        {failed.length > SHOWN && <li>{texts.more(failed.length - SHOWN)}</li>}
      </ul>
    </div>
  )
}
