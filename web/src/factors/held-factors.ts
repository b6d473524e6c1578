import type { AnswerOf } from '@latchkey/client'
import { queryOptions } from '@tanstack/react-query'
import { ask } from '../api/api.ts'

/** A kind of second factor. */
export type FactorType = AnswerOf<'GET /me/factors'>['factors'][number]['type']

/** The factors of the account, and those that it could add. */
export const factorsQuery = queryOptions({
  queryKey: ['me', 'factors'],
  queryFn: ({ signal }) => ask('GET /me/factors', { signal }),
})
