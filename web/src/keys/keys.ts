import type { AnswerOf } from '@latchkey/client'
import { queryOptions } from '@tanstack/react-query'
import { ask } from '../api/api.ts'

export type Key = AnswerOf<'GET /admin/keys'>['keys'][number]

/** All signing keys, newest first. There are few, so one request returns them all. */
export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: async ({ signal }) => (await ask('GET /admin/keys', { signal })).keys.toReversed(),
})

/** The kind of tag for each state of a key. */
export const keyKinds = { next: 'accent', current: 'good', retiring: 'warning', retired: 'plain' } as const
