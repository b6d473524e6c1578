import { Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Problem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { loadRareWords } from '../api/rare-words.ts'
import { LongRunDialog } from '../dialogs/long-run-dialog.tsx'
import { TextField } from '../forms/text-field.tsx'
import { GroupSelect } from '../groups/group-select.tsx'
import { TextLink } from '../look/links.tsx'
import { useMe } from '../session/session-gate.tsx'
import { useTexts } from '../texts/texts.tsx'
import classes from './bulk-dialog.module.css'
import { type BulkAccounts, type BulkAction, type BulkFailure, nothingDone, runBulk } from './bulk-run.ts'
import { bulkTexts } from './bulk-texts.ts'
import { forgetRun, type InterruptedRun, keepRun } from './interrupted-run.ts'

type Props = {
  action: BulkAction
  accounts: BulkAccounts
  /** An earlier run that did not finish. */
  before?: InterruptedRun
  close(isDone: boolean): void
}

/** How many failures are shown one by one. */
const SHOWN = 100

/** Asks for confirmation, changes all of them, and reports the result for each. */
export function BulkDialog({ action, accounts, before, close }: Props) {
  const texts = useTexts(bulkTexts)
  const queries = useQueryClient()
  const { id: myId } = useMe()
  const [progress, setProgress] = useState(before?.progress ?? nothingDone)
  const [groupId, setGroupId] = useState(before?.groupId === undefined ? '' : String(before.groupId))
  const [typed, setTyped] = useState('')
  const needsGroup = action === 'add_to_group' || action === 'remove_from_group'
  const isDelete = action === 'delete'
  const isReady = (!needsGroup || groupId !== '') && (!isDelete || typed.trim().toLowerCase() === texts.confirmWord)

  async function run(signal: AbortSignal): Promise<void> {
    const wanted = { action, groupId: needsGroup ? Number(groupId) : undefined, accounts }
    let latest = progress
    keepRun(myId, { ...wanted, progress: latest, isStopped: false })
    try {
      await runBulk(
        { ...wanted, before: progress },
        (now) => {
          latest = now
          setProgress(now)
          keepRun(myId, { ...wanted, progress: now, isStopped: false })
        },
        signal,
      )
      forgetRun(myId)
    } catch (error) {
      keepRun(myId, { ...wanted, progress: latest, isStopped: true })
      throw error
    } finally {
      void queries.invalidateQueries({ queryKey: ['users'] })
    }
  }

  return (
    <LongRunDialog
      title={texts.names[action]}
      question={
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
        </>
      }
      action={isDelete ? texts.names.delete : texts.start}
      isDangerous={isDelete}
      isReady={isReady}
      isInterrupted={before !== undefined}
      run={run}
      share={progress.share}
      sofar={texts.running(progress.done + progress.unchanged + progress.failed.length)}
      outcome={
        <Stack gap="md">
          <div role="status">
            <Text fw={600}>{isDelete ? texts.deleted(progress.done) : texts.done(progress.done)}</Text>
            {progress.unchanged > 0 && <Text c="dimmed">{texts.unchanged(progress.unchanged)}</Text>}
          </div>
          {progress.failed.length > 0 && <Failures failed={progress.failed} />}
        </Stack>
      }
      close={close}
    />
  )
}

function whoOf(accounts: BulkAccounts, texts: (typeof bulkTexts)['en']): string {
  if ('ids' in accounts) return texts.who(accounts.ids.length)
  return Object.keys(accounts.filter).length === 0 ? texts.whoEverybody : texts.whoAll
}

function Failures({ failed }: { failed: readonly BulkFailure[] }) {
  const texts = useTexts(bulkTexts)
  const words = useProblemWords()
  // The texts for most of these codes are loaded only when they are needed.
  const [, setLoaded] = useState(false)
  useEffect(() => void loadRareWords().then(() => setLoaded(true)), [])
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
