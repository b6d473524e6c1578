import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTexts } from '../texts/texts.tsx'
import { groupChoices, groupQuery } from './groups.ts'
import { groupsTexts } from './groups-texts.ts'

/** How long typing must pause before the search for groups starts, in milliseconds. */
const PAUSE_MS = 250

type Props = {
  label: string
  /** The id of a group; empty: none is chosen. */
  value: string
  change(id: string): void
  /** The label while none is chosen. */
  placeholder?: string
  size?: 'sm' | 'md'
}

/** Chooses one group. The server searches for what is typed, so it works with any number of groups. */
export function GroupSelect({ label, value, change, placeholder, size = 'md' }: Props) {
  const texts = useTexts(groupsTexts)
  const [typed, setTyped] = useState('')
  const [pausedAt] = useDebouncedValue(typed.trim(), PAUSE_MS)
  const chosen = useQuery({ ...groupQuery(value), enabled: value !== '' }).data
  // The field holds the name of the chosen group until something else is typed.
  const search = pausedAt === chosen?.name ? '' : pausedAt
  const found = useQuery({ ...groupChoices(search), placeholderData: keepPreviousData })
  const choices = (found.data?.choices ?? []).map(({ value, label }) => ({ value, label }))
  const isOffered = choices.some((choice) => choice.value === value)
  return (
    <Select
      label={label}
      size={size}
      placeholder={placeholder}
      searchable
      clearable
      value={value === '' ? null : value}
      onChange={(id) => change(id ?? '')}
      onSearchChange={setTyped}
      // The server has already filtered them.
      filter={({ options }) => options}
      data={chosen === undefined || isOffered ? choices : [{ value, label: chosen.name }, ...choices]}
      nothingFoundMessage={found.isFetching ? texts.searching : texts.noSuchGroup}
      maxDropdownHeight={280}
      comboboxProps={{ shadow: 'md' }}
      clearButtonProps={{ 'aria-label': texts.clearGroup }}
    />
  )
}
