import { QueryClient } from '@tanstack/react-query'
import { asProblem } from './problem.ts'

/** For how long an answer counts as fresh, in milliseconds. */
const FRESH_MS = 15_000

/** How often a request that failed in passing is sent again. */
const RETRIES = 2

/** What the pages know of the server. A refusal is an answer: only what may pass by itself is tried again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      retry: (failures, error) => failures < RETRIES && asProblem(error).isPassing,
    },
    mutations: { retry: false },
  },
})
