import { QueryClient } from '@tanstack/react-query'
import { asProblem } from './problem.ts'

/** For how long a response counts as fresh, in milliseconds. */
const FRESH_MS = 15_000

/** How often a request that failed for a passing reason is sent again. */
const RETRIES = 2

/** The pages' copy of the server's data. A refusal is final: a request is repeated only if the failure may pass by itself. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      retry: (failures, error) => failures < RETRIES && asProblem(error).isPassing,
    },
    mutations: { retry: false },
  },
})
