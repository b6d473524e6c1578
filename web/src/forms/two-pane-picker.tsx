import { Button, TextInput, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, type UseQueryOptions, useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { AdminIcon } from '../administration/admin-icon.tsx'
import { useTexts } from '../texts/texts.tsx'
import classes from './two-pane-picker.module.css'
import { twoPaneTexts } from './two-pane-texts.ts'

type Choice = { value: string; label: string; description?: string }

/** The choices that are offered at once. */
export type ChoicePage = { choices: readonly Choice[]; hasMore: boolean }

type Props = {
  /** The kind of choices, in the plural: "Groups". */
  label: string
  /** Asks the server for choices that contain a text; empty: any. */
  find(search: string): UseQueryOptions<ChoicePage, Error, ChoicePage, string[]>
  /** Choices whose labels are known without the server: those that are already chosen. */
  known?: readonly Choice[]
  chosen: readonly string[]
  change(chosen: readonly string[]): void
  isReadOnly?: boolean
}

/**
 * Chooses some of many: the choices are on one side, the chosen ones on the other. A click or Enter moves an entry to the other
 * side; arrow keys move within one. Each side can be searched.
 */
export function TwoPanePicker({ label, find, known = [], chosen, change, isReadOnly = false }: Props) {
  const texts = useTexts(twoPaneTexts)
  const [search, setSearch] = useState('')
  const [pausedAt] = useDebouncedValue(search.trim(), PAUSE_MS)
  const found = useQuery({ ...find(pausedAt), placeholderData: keepPreviousData })
  const { choices = [], hasMore = false } = found.data ?? {}
  const isChosen = new Set(chosen)
  // A chosen entry may no longer exist, or may not be among those offered, and must still be visible.
  const seen = useRef(new Map<string, Choice>())
  for (const choice of [...known, ...choices]) seen.current.set(choice.value, choice)
  const right = chosen.map((value) => seen.current.get(value) ?? { value, label: value })
  const left = choices.filter(({ value }) => !isChosen.has(value))
  return (
    <div className={classes.panes}>
      {!isReadOnly && (
        <Pane
          title={texts.available}
          label={label}
          choices={left}
          search={search}
          setSearch={setSearch}
          isSearched={choices.length > SEARCHED}
          hasMore={hasMore}
          icon="plus"
          moveWords={texts.add}
          allWords={texts.addAll}
          move={(values) => change([...chosen, ...values])}
        />
      )}
      <ChosenPane
        title={texts.chosen}
        label={label}
        choices={right}
        icon="close"
        moveWords={texts.remove}
        allWords={texts.removeAll}
        move={isReadOnly ? undefined : (values) => change(chosen.filter((value) => !values.includes(value)))}
      />
    </div>
  )
}

type PaneProps = {
  title: string
  label: string
  choices: readonly Choice[]
  search: string
  setSearch(search: string): void
  /** Whether it has a search field even if it shows few entries. */
  isSearched?: boolean
  /** Whether there are more than are shown. */
  hasMore?: boolean
  icon: 'plus' | 'close'
  /** What a click does, for screen readers. */
  moveWords: string
  allWords: string
  /** Moves entries to the other side; undefined: they are read-only. */
  move: ((values: readonly string[]) => void) | undefined
}

/** How long typing must pause before the server is asked, in milliseconds. */
const PAUSE_MS = 250
/** If there are more entries than this, the pane has a search field. */
const SEARCHED = 7

/** The chosen entries are all here, so they are searched here. */
function ChosenPane({ choices, ...props }: Omit<PaneProps, 'search' | 'setSearch'>) {
  const [search, setSearch] = useState('')
  const words = search.trim().toLowerCase()
  const found = choices.filter(({ label, description = '' }) => `${label} ${description}`.toLowerCase().includes(words))
  return (
    <Pane {...props} choices={found} search={search} setSearch={setSearch} isSearched={choices.length > SEARCHED} />
  )
}

function Pane({
  title,
  label,
  choices: shown,
  search,
  setSearch,
  isSearched,
  hasMore,
  icon,
  moveWords,
  allWords,
  move,
}: PaneProps) {
  const texts = useTexts(twoPaneTexts)
  const titleId = useId()
  const list = useRef<HTMLUListElement>(null)
  const [current, setCurrent] = useState(0)
  const mustFocus = useRef(false)
  const at = Math.min(current, shown.length - 1)

  // The entry that had the focus is on the other side now; the one that took its place gets it.
  useEffect(() => {
    if (!mustFocus.current) return
    mustFocus.current = false
    list.current?.querySelectorAll('button')[at]?.focus()
  })

  function step(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }
    const next = steps[event.key]
    if (next === undefined) return
    event.preventDefault()
    mustFocus.current = true
    setCurrent(Math.max(0, Math.min(next, shown.length - 1)))
  }

  return (
    <section className={classes.pane} aria-labelledby={titleId}>
      <div className={classes.head}>
        <span id={titleId} className={classes.title}>
          {title}
          <VisuallyHidden>: {label}</VisuallyHidden>{' '}
          <span className={classes.count}>
            ({shown.length}
            {hasMore && '+'})
          </span>
        </span>
        {move && shown.length > 1 && (
          <Button size="compact-xs" variant="subtle" flex="none" onClick={() => move(shown.map(({ value }) => value))}>
            {allWords}
          </Button>
        )}
      </div>
      {(shown.length > SEARCHED || isSearched || search !== '') && (
        <TextInput
          size="sm"
          type="search"
          aria-label={texts.search(title, label)}
          placeholder={texts.searchPlaceholder}
          className={classes.search}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <ul className={classes.list} ref={list} onKeyDown={step}>
        {shown.map(({ value, label, description }, index) => (
          <li key={value}>
            {move ? (
              <UnstyledButton
                className={classes.entry}
                tabIndex={index === at ? 0 : -1}
                onFocus={() => setCurrent(index)}
                onClick={() => {
                  mustFocus.current = true
                  move([value])
                }}
              >
                <VisuallyHidden>{moveWords} </VisuallyHidden>
                <Words label={label} description={description} />
                <AdminIcon name={icon} size={16} className={classes.icon} />
              </UnstyledButton>
            ) : (
              <div className={classes.entry}>
                <Words label={label} description={description} />
              </div>
            )}
          </li>
        ))}
        {shown.length === 0 && <li className={classes.nothing}>{search === '' ? texts.none : texts.nothingFound}</li>}
        {hasMore && <li className={classes.nothing}>{texts.more}</li>}
      </ul>
    </section>
  )
}

function Words({ label, description }: { label: string; description: string | undefined }) {
  return (
    <span className={classes.words}>
      <span>{label}</span>
      {description && <span className={classes.description}>{description}</span>}
    </span>
  )
}
