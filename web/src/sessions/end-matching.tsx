import type { RequestInput } from '@latchkey/client'
import { Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { act } from '../administration/act.ts'
import { notify } from '../administration/notifications.tsx'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { useTexts } from '../texts/texts.tsx'
import { sessionsTexts } from './sessions-texts.ts'

export type SessionFilter = RequestInput<'POST /admin/sessions/end'>['body']['filter']

/** Ends all running sessions that a filter matches: a part with each request, so that one can see how far it is. */
export function EndMatching({ filter, close }: { filter: SessionFilter; close(): void }) {
  const texts = useTexts(sessionsTexts)
  const queries = useQueryClient()
  const [count, setCount] = useState<number>()
  const hasFilter = Object.keys(filter).length > 0

  async function endAll(): Promise<{ ended: number; failed: number }> {
    const sum = { ended: 0, failed: 0 }
    let cursor: string | null = null
    do {
      setCount(sum.ended)
      const body: RequestInput<'POST /admin/sessions/end'>['body'] = { filter, ...(cursor !== null && { cursor }) }
      const part = await act('POST /admin/sessions/end', { body })
      sum.ended += part.ended
      sum.failed += part.failed
      cursor = part.next
    } while (cursor !== null)
    return sum
  }

  return (
    <ConfirmDialog
      title={texts.endMatchingTitle}
      lead={hasFilter ? texts.endMatchingLead : texts.endAllLead}
      action={texts.endMatchingAction}
      isDangerous
      close={close}
      send={endAll}
      done={async ({ ended, failed }) => {
        notify(texts.endedMany(ended, failed))
        await queries.invalidateQueries({ queryKey: ['sessions'] })
      }}
    >
      {count !== undefined && (
        <Text size="sm" role="status">
          {texts.progress(count)}
        </Text>
      )}
    </ConfirmDialog>
  )
}
