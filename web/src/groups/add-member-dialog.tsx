import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { act } from '../administration/act.ts'
import { notify } from '../administration/notifications.tsx'
import { ask } from '../api/api.ts'
import { asProblem, type Problem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { dialogTexts } from '../dialogs/dialog-texts.ts'
import { Failed } from '../layout/states.tsx'
import { Notice } from '../look/notice.tsx'
import { displayName } from '../session/session.ts'
import { useTexts } from '../texts/texts.tsx'
import type { ListedUser } from '../users/user.ts'
import classes from './add-member-dialog.module.css'
import type { UserGroup } from './groups.ts'
import { groupsTexts } from './groups-texts.ts'

/** How long typing must pause before the search for people starts, in milliseconds. */
const PAUSE_MS = 250
/** How many people are offered. */
const OFFERED = 8

/** Finds people and adds them to a group, one after another, until it is closed. */
export function AddMemberDialog({ group, close }: { group: UserGroup; close(): void }) {
  const texts = useTexts(groupsTexts)
  const shared = useTexts(dialogTexts)
  const words = useProblemWords()
  const queries = useQueryClient()
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), PAUSE_MS)
  const [busy, setBusy] = useState<number>()
  const [problem, setProblem] = useState<Problem>()
  const isSearch = search.length >= 2 || /^\d+$/.test(search)
  const query = { search, match: 'prefix' as const, limit: OFFERED }
  const found = useQuery({
    queryKey: ['users', 'list', query],
    queryFn: ({ signal }) => ask('GET /admin/users', { signal, query }),
    placeholderData: keepPreviousData,
    enabled: isSearch,
  })

  async function add(user: ListedUser): Promise<void> {
    if (busy !== undefined) return
    setBusy(user.id)
    setProblem(undefined)
    try {
      await act('PUT /admin/groups/:id/members/:account_id', { params: { id: group.id, account_id: user.id } })
      notify(texts.memberAdded(displayName(user)))
      await queries.invalidateQueries({ queryKey: ['users'] })
    } catch (error) {
      setProblem(asProblem(error))
    } finally {
      setBusy(undefined)
    }
  }

  return (
    <Dialog title={texts.addMember} close={close}>
      <Stack gap="md">
        <Text c="dimmed">{texts.addMemberLead}</Text>
        {problem && <Notice kind="problem">{words(problem)}</Notice>}
        <TextInput
          type="search"
          label={texts.findMember}
          description={texts.findMemberHint}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
          autoComplete="off"
        />
        {isSearch && found.isError && <Failed error={found.error} retry={() => void found.refetch()} />}
        {isSearch && found.data?.users.length === 0 && <Text c="dimmed">{texts.noSuchMember}</Text>}
        {isSearch && found.data !== undefined && found.data.users.length > 0 && (
          <ul className={classes.list}>
            {found.data.users.map((user) => (
              <li key={user.id} className={classes.row}>
                <span className={classes.who}>
                  <span>{displayName(user)}</span>
                  <span className={classes.detail}>{user.email || user.username}</span>
                </span>
                <Button
                  size="compact-sm"
                  variant="default"
                  loading={busy === user.id}
                  aria-label={texts.addThis(displayName(user))}
                  onClick={() => void add(user)}
                >
                  {texts.addPermission}
                </Button>
              </li>
            ))}
          </ul>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shared.close}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
