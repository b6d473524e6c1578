import type { EndLine, RequestInput } from '@latchkey/client'
import { Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { withWords } from '../api/api.ts'
import { askForLines } from '../api/lines.ts'
import { Problem } from '../api/problem.ts'
import { LongRunDialog } from '../dialogs/long-run-dialog.tsx'
import { whenRecent } from '../session/step-up.ts'
import { useTexts } from '../texts/texts.tsx'
import { sessionsTexts } from './sessions-texts.ts'

export type SessionFilter = RequestInput<'POST /admin/sessions/end/stream'>['body']['filter']

const nothingDone = { ended: 0, failed: 0, next: null as string | null }

/** Ends all running sessions that a filter matches, in one request, and shows the progress. */
export function EndMatching({ filter, close }: { filter: SessionFilter; close(): void }) {
  const texts = useTexts(sessionsTexts)
  const queries = useQueryClient()
  const [progress, setProgress] = useState(nothingDone)

  async function endAll(signal: AbortSignal): Promise<void> {
    const before = progress
    let last: EndLine | undefined
    const take = (line: EndLine) => {
      last = line
      setProgress({ ended: before.ended + line.ended, failed: before.failed + line.failed, next: line.next })
    }
    const body = { filter, ...(before.next !== null && { cursor: before.next }) }
    try {
      await whenRecent(() => askForLines('/admin/sessions/end/stream', body, take, signal))
    } finally {
      void queries.invalidateQueries({ queryKey: ['sessions'] })
    }
    if (last?.problem) throw await withWords(new Problem(last.problem))
    if (last?.end !== 'finished') throw new Problem({ status: 0, code: 'offline' })
  }

  return (
    <LongRunDialog
      title={texts.endMatchingTitle}
      question={<Text>{Object.keys(filter).length > 0 ? texts.endMatchingLead : texts.endAllLead}</Text>}
      action={texts.endMatchingAction}
      isDangerous
      run={endAll}
      sofar={texts.progress(progress.ended)}
      outcome={
        <div role="status">
          <Text fw={600}>{texts.endedMany(progress.ended)}</Text>
          {progress.failed > 0 && <Text c="dimmed">{texts.outOfReach(progress.failed)}</Text>}
        </div>
      }
      close={close}
    />
  )
}
