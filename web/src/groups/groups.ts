import type { AnswerOf } from '@latchkey/client'
import { queryOptions } from '@tanstack/react-query'
import { useCallback } from 'react'
import { ask } from '../api/api.ts'
import type { ChoicePage } from '../forms/two-pane-picker.tsx'
import { useTexts } from '../texts/texts.tsx'
import { permissionTexts } from './permission-texts.ts'

/** A group with the permissions of its members. */
export type UserGroup = AnswerOf<'GET /admin/groups/:id'>

/** How many a picker offers at a time. The rest can be found by searching. */
const OFFERED = 100

/** Groups to choose from whose names contain a text. Needs `groups.view`. */
export const groupChoices = (search: string) =>
  queryOptions({
    queryKey: ['groups', 'choices', search],
    queryFn: async ({ signal }): Promise<ChoicePage> => {
      const query = { limit: OFFERED, ...(search !== '' && { search }) }
      const { groups, next } = await ask('GET /admin/groups', { signal, query })
      return {
        choices: groups.map(({ id, name, description }) => ({ value: String(id), label: name, description })),
        hasMore: next !== null,
      }
    },
  })

/** One group. */
export const groupQuery = (id: string) =>
  queryOptions({
    queryKey: ['groups', 'one', id],
    queryFn: ({ signal }) => ask('GET /admin/groups/:id', { params: { id }, signal }),
  })

/** Permissions that can be granted and whose names or descriptions contain a text. Needs `groups.view`. */
const permissionChoices = (search: string) =>
  queryOptions({
    queryKey: ['permissions', search],
    queryFn: async ({ signal }): Promise<ChoicePage> => {
      const query = { limit: OFFERED + 1, ...(search !== '' && { search }) }
      const { permissions } = await ask('GET /admin/permissions', { signal, query })
      return {
        choices: permissions
          .slice(0, OFFERED)
          .map(({ name, description }) => ({ value: name, label: name, description })),
        hasMore: permissions.length > OFFERED,
      }
    },
  })

/** Finds permissions that can be granted, described in the reader's language. Needs `groups.view`. */
export function useFindPermissions() {
  const { words } = useTexts(permissionTexts)
  return useCallback(
    (search: string) => ({
      ...permissionChoices(search),
      select: ({ choices, hasMore }: ChoicePage): ChoicePage => ({
        choices: choices.map((choice) =>
          Object.hasOwn(words, choice.value)
            ? { ...choice, description: words[choice.value as keyof typeof words] }
            : choice,
        ),
        hasMore,
      }),
    }),
    [words],
  )
}
