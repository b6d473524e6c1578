import { Button, CloseButton, NativeSelect, Stack, TextInput, UnstyledButton } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { AdminIcon } from '../administration/admin-icon.tsx'
import { serverNow } from '../site/server-clock.ts'
import { useLanguage, useTexts } from '../texts/texts.tsx'
import classes from './filters.module.css'
import { recall, remember } from './list-memory.ts'
import type { ListState } from './list-state.ts'
import { listTexts } from './list-texts.ts'
import { useTypedText } from './typed-text.ts'

/**
 * One filter of a list. `choice` has the values that its name may have in the address; `period` has two days there, as
 * `NAME_from` and `NAME_to`; `text` is typed; `own` brings its own control.
 */
export type Filter =
  | {
      kind: 'choice'
      name: string
      label: string
      /** The label while none is chosen. Default: any. */
      any?: string
      options: { value: string; label: string }[]
    }
  | { kind: 'period'; name: string; label: string }
  | { kind: 'text'; name: string; label: string; placeholder?: string }
  | {
      /** It has a control of its own, which sets the value. */
      kind: 'own'
      name: string
      label: string
      /** The chosen value in words. */
      words: string | undefined
      control: ReactNode
    }

type Props = {
  state: ListState
  /** The name of the search text in the address; absent: the list cannot be searched. */
  search?: { name: string; label: string; placeholder?: string }
  filters: readonly Filter[]
  /** The orders to offer on phones, which show no column heads. */
  orders?: { value: string; label: string }[]
  /** At the end of the line. */
  actions?: ReactNode
}

/** The line above a list: the search, and the filters, which stay open until they are closed. */
export function Filters({ state, search, filters, orders, actions }: Props) {
  const texts = useTexts(listTexts)
  const [isOpen, setIsOpen] = useState(() => recall(state.list)?.isFiltering ?? false)
  const used = filters.flatMap((filter) => inUse(filter, state))
  function toggle(): void {
    remember(state.list, { isFiltering: !isOpen })
    setIsOpen(!isOpen)
  }
  return (
    <div className={classes.filters}>
      <div className={classes.line}>
        {search && <SearchField key={search.name} state={state} {...search} />}
        {filters.length > 0 && (
          <Button
            size="sm"
            variant="default"
            leftSection={<AdminIcon name="filter" />}
            aria-expanded={isOpen}
            aria-controls="list-filters"
            onClick={toggle}
          >
            {used.length === 0 ? texts.filters : texts.filtersInUse(used.length)}
          </Button>
        )}
        {orders && (
          <NativeSelect
            size="sm"
            className={classes.orders}
            aria-label={texts.sortBy}
            value={state.values.order ?? ''}
            onChange={(event) => state.set({ order: event.currentTarget.value })}
            data={orders}
          />
        )}
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      <div id="list-filters" hidden={!isOpen}>
        {isOpen && (
          <div className={classes.controls}>
            {filters.map((filter) => (
              <Control key={filter.name} filter={filter} state={state} />
            ))}
          </div>
        )}
      </div>
      {used.length > 0 && <Chips used={used} state={state} />}
    </div>
  )
}

function SearchField({ state, name, label, placeholder }: { state: ListState } & NonNullable<Props['search']>) {
  const texts = useTexts(listTexts)
  const [text, type] = useTypedText(state.values[name] ?? '', (typed) => state.set({ [name]: typed }, true))
  return (
    <TextInput
      type="search"
      size="sm"
      className={classes.search}
      aria-label={label}
      placeholder={placeholder ?? label}
      value={text}
      leftSection={<AdminIcon name="search" />}
      rightSection={text !== '' && <CloseButton size="sm" aria-label={texts.clearSearch} onClick={() => type('')} />}
      onChange={(event) => type(event.currentTarget.value)}
    />
  )
}

function Control({ filter, state }: { filter: Filter; state: ListState }) {
  const texts = useTexts(listTexts)
  const { name, label } = filter
  if (filter.kind === 'choice') {
    return (
      <NativeSelect
        size="sm"
        label={label}
        value={state.values[name] ?? ''}
        onChange={(event) => state.set({ [name]: event.currentTarget.value })}
        data={[{ value: '', label: filter.any ?? texts.any }, ...filter.options]}
      />
    )
  }
  if (filter.kind === 'own') return filter.control
  if (filter.kind === 'text') return <TextFilter filter={filter} state={state} />
  return (
    <Stack gap={0} className={classes.period} component="fieldset">
      <legend>{label}</legend>
      <div className={classes.days}>
        {(['from', 'to'] as const).map((end) => (
          <TextInput
            key={end}
            size="sm"
            type="date"
            aria-label={end === 'from' ? texts.fromDate(label) : texts.toDate(label)}
            value={state.values[`${name}_${end}`] ?? ''}
            onChange={(event) => state.set({ [`${name}_${end}`]: event.currentTarget.value }, true)}
          />
        ))}
      </div>
      <div className={classes.presets}>
        {[0, 7, 30].map((days) => (
          <UnstyledButton
            key={days}
            className={classes.preset}
            aria-label={`${label}: ${texts.lastDays(days)}`}
            onClick={() => state.set({ [`${name}_from`]: dayBefore(days), [`${name}_to`]: undefined })}
          >
            {texts.lastDays(days)}
          </UnstyledButton>
        ))}
      </div>
    </Stack>
  )
}

/** The day this many days ago in the reader's calendar, in the form used in the address. */
function dayBefore(days: number): string {
  const now = new Date(serverNow())
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}

function TextFilter({ filter, state }: { filter: Extract<Filter, { kind: 'text' }>; state: ListState }) {
  const [text, type] = useTypedText(state.values[filter.name] ?? '', (typed) =>
    state.set({ [filter.name]: typed }, true),
  )
  return (
    <TextInput
      size="sm"
      label={filter.label}
      placeholder={filter.placeholder}
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
    />
  )
}

/** The choices, from texts by value. */
export function optionsOf(words: Readonly<Record<string, string>>): { value: string; label: string }[] {
  return Object.entries(words).map(([value, label]) => ({ value, label }))
}

type Used = { name: string; label: string; words: string | { end: 'from' | 'to'; day: string } }

function inUse(filter: Filter, { values }: ListState): Used[] {
  const { name, label } = filter
  if (filter.kind === 'period') {
    return (['from', 'to'] as const).flatMap((end) => {
      const day = values[`${name}_${end}`]
      return day === undefined ? [] : [{ name: `${name}_${end}`, label, words: { end, day } }]
    })
  }
  const value = values[name]
  if (value === undefined) return []
  const words = wordsFor(filter, value)
  return [{ name, label, words: words ?? value }]
}

function wordsFor(filter: Exclude<Filter, { kind: 'period' }>, value: string): string | undefined {
  switch (filter.kind) {
    case 'choice':
      return filter.options.find((option) => option.value === value)?.label
    case 'own':
      return filter.words
    case 'text':
      return value
  }
}

/** The filters in use, each with a button to remove it. */
function Chips({ used, state }: { used: readonly Used[]; state: ListState }) {
  const texts = useTexts(listTexts)
  const { region } = useLanguage()
  function wordsOf({ words }: Used): string {
    if (typeof words === 'string') return words
    const date = new Intl.DateTimeFormat(region, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(words.day))
    return words.end === 'from' ? texts.since(date) : texts.until(date)
  }
  return (
    <ul className={classes.chips}>
      {used.map((one) => (
        <li key={one.name} className={classes.chip}>
          <span>
            <span className={classes.chipLabel}>{one.label}:</span> {wordsOf(one)}
          </span>
          <UnstyledButton
            className={classes.remove}
            aria-label={texts.removeFilter(one.label)}
            onClick={() => state.set({ [one.name]: undefined })}
          >
            <AdminIcon name="close" size={14} />
          </UnstyledButton>
        </li>
      ))}
      {used.length > 1 && (
        <li>
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => state.set(Object.fromEntries(used.map(({ name }) => [name, undefined])))}
          >
            {texts.clearAll}
          </Button>
        </li>
      )}
    </ul>
  )
}
