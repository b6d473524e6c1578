import { Stack, TextInput, VisuallyHidden } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from 'react'
import { ask } from '../api/api.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { Failed } from '../layout/states.tsx'
import type { RowLink } from '../lists/record-table.tsx'
import { Avatar } from '../look/avatar.tsx'
import { displayName } from '../session/session.ts'
import { useTexts } from '../texts/texts.tsx'
import type { ListedUser } from '../users/user.ts'
import { RoleTag } from '../users/user-columns.tsx'
import { usersTexts } from '../users/users-texts.ts'
import { AdminIcon, type AdminIconName } from './admin-icon.tsx'
import { administrationTexts } from './administration-texts.ts'
import { navigation } from './navigation.ts'
import { useMay } from './permissions.ts'
import classes from './quick-find.module.css'
import { quickFindTexts } from './quick-find-texts.ts'

/** How long typing must pause before the search for people starts, in milliseconds. */
const PAUSE_MS = 150
/** How many people are shown. */
const SHOWN = 5

type Result = RowLink & {
  key: string
  group: 'people' | 'pages'
  picture: ReactNode
  name: string
  detail?: string
  tag?: ReactNode
}

/** Finds people and pages as you type. Arrow keys choose, Enter opens. */
export function QuickFindDialog({ close }: { close(): void }) {
  const texts = useTexts(quickFindTexts)
  const navigate = useNavigate()
  const listId = useId()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const { people, isSearching, error, retry } = usePeople(typed.trim())
  const results = [...people, ...usePages(typed.trim())]
  const active = results[Math.min(at, results.length - 1)]
  const idOf = ({ key }: Result) => `${listId}-${key}`

  // biome-ignore lint/correctness/useExhaustiveDependencies: the entry that is chosen now
  useEffect(() => {
    if (active) document.getElementById(idOf(active))?.scrollIntoView({ block: 'nearest' })
  }, [active?.key])

  function open({ to, params, search }: Result): void {
    close()
    void navigate({ to, params, search: search ?? {} } as never)
  }

  function press(event: KeyboardEvent): void {
    const last = results.length - 1
    const steps: Record<string, number> = { ArrowDown: at >= last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1 }
    const next = steps[event.key]
    if (next !== undefined) setAt(next)
    else if (event.key === 'Enter' && active) open(active)
    else return
    event.preventDefault()
  }

  return (
    <Dialog title={texts.title} close={close} size="lg">
      <Stack gap="sm">
        <TextInput
          type="search"
          role="combobox"
          aria-label={texts.title}
          aria-expanded={results.length > 0}
          aria-controls={listId}
          aria-activedescendant={active && idOf(active)}
          aria-autocomplete="list"
          placeholder={texts.placeholder}
          leftSection={<AdminIcon name="search" />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={press}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
        />
        <div className={classes.results}>
          {error !== null && <Failed error={error} retry={retry} />}
          <div role="listbox" id={listId} aria-label={texts.title}>
            {(['people', 'pages'] as const).map((group) => {
              const own = results.filter((result) => result.group === group)
              return (
                own.length > 0 && (
                  // biome-ignore lint/a11y/useSemanticElements: a part of a list box
                  <div key={group} role="group" aria-label={texts[group]}>
                    <div className={classes.group} aria-hidden="true">
                      {texts[group]}
                    </div>
                    {own.map((result) => (
                      // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the field above has the focus and the keys
                      <div
                        key={result.key}
                        id={idOf(result)}
                        role="option"
                        aria-selected={result === active}
                        className={classes.result}
                        onClick={() => open(result)}
                        onPointerMove={() => setAt(results.indexOf(result))}
                      >
                        <span className={classes.picture}>{result.picture}</span>
                        <span className={classes.names}>
                          <span className={classes.name}>{result.name}</span>
                          {result.detail && <span className={classes.detail}>{result.detail}</span>}
                        </span>
                        {result.tag}
                      </div>
                    ))}
                  </div>
                )
              )
            })}
          </div>
          {results.length === 0 && !isSearching && error === null && <p className={classes.nothing}>{texts.nothing}</p>}
        </div>
        <p className={classes.hint}>{texts.hint}</p>
        <VisuallyHidden role="status">{!isSearching && typed !== '' && texts.count(results.length)}</VisuallyHidden>
      </Stack>
    </Dialog>
  )
}

/** The first people that match, and a link to all of them. */
function usePeople(typed: string) {
  const texts = useTexts(quickFindTexts)
  const may = useMay()('accounts.view')
  const [search] = useDebouncedValue(typed, PAUSE_MS)
  const isSearch = may && (search.length >= 2 || /^\d+$/.test(search))
  const query = { search, match: 'prefix' as const, limit: SHOWN }
  const found = useQuery({
    queryKey: ['users', 'list', query],
    queryFn: ({ signal }) => ask('GET /admin/users', { signal, query }),
    placeholderData: keepPreviousData,
    enabled: isSearch,
  })
  const retry = () => void found.refetch()
  if (!isSearch || !may) return { people: [], isSearching: may && search !== typed, error: null, retry }
  const users = found.data?.users ?? []
  const isSearching = search !== typed || found.isPlaceholderData || found.isPending
  const toAll = (key: string, name: string, match: object): Result => ({
    key,
    group: 'people',
    picture: <AdminIcon name="search" />,
    name,
    to: '/admin/users/',
    search: { search, ...match },
  })
  const all = found.data?.next ? [toAll('all', texts.all(search), {})] : []
  const none = !isSearching && users.length === 0 ? [toAll('none', texts.anywhere(search), { match: 'anywhere' })] : []
  return { people: [...users.map(personOf), ...all, ...none], isSearching, error: found.error, retry }
}

function personOf(user: ListedUser): Result {
  const name = displayName(user)
  return {
    key: `user-${user.id}`,
    group: 'people',
    picture: <Avatar name={name} />,
    name,
    detail: [name === user.username ? '' : user.username, user.email].filter(Boolean).join(' · '),
    tag: <RoleTag user={user} />,
    to: '/admin/users/$id/',
    params: { id: String(user.id) },
  }
}

/** The pages whose names contain the typed words. */
function usePages(typed: string): Result[] {
  const texts = useTexts(administrationTexts)
  const { create } = useTexts(usersTexts)
  const may = useMay()
  const page = (to: RowLink['to'], icon: AdminIconName, name: string): Result => ({
    key: `page-${icon}`,
    group: 'pages',
    picture: <AdminIcon name={icon} size={20} />,
    name,
    to,
  })
  const pages = navigation
    .flatMap(({ entries }) => entries)
    .filter(({ needs }) => may(needs))
    .map(({ to, icon, name }) => page(to, icon, texts.nav[name]))
  if (may('accounts.add')) pages.push(page('/admin/users/new/', 'plus', create))
  return pages.filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()))
}
