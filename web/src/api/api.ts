import {
  type AnswerOf,
  createClient,
  isLatchkeyError,
  type LatchkeyError,
  type RequestInput,
  type RouteName,
} from '@latchkey/client'
import { faultTexts } from '../forms/fault-texts.ts'
import { isEndReason } from '../session/end-reason-texts.ts'
import { site } from '../site/site.ts'
import { Problem } from './problem.ts'
import { problemTexts } from './problem-texts.ts'
import { loadRareWords } from './rare-words.ts'

/** How long a request may take before we say that the server does not respond, in milliseconds. */
const TIMEOUT_MS = 30_000

/** The one client of these pages. The tokens are in cookies, where no script can read them. */
export const client = createClient({
  mode: 'cookie',
  baseUrl: location.origin + site.base_path,
  timeoutMs: TIMEOUT_MS,
})

/** The cookies of this document held a session, but its access token had expired: a new one is fetched first, once. */
let mustRefresh = site.session === 'refreshable'

/** The optional last argument of `ask`, required if the route needs something. */
type Input<Name extends RouteName> =
  Record<never, never> extends RequestInput<Name> ? [RequestInput<Name>?] : [RequestInput<Name>]

/**
 * Sends a request to the v1 API: `ask('DELETE /me/sessions/:id', { params: { id } })`. All requests of these pages use it.
 *
 * @throws Problem
 */
export async function ask<Name extends RouteName>(route: Name, ...input: Input<Name>): Promise<AnswerOf<Name>> {
  return attempt(async () => {
    await refreshIfDue()
    return client.request(route, ...input)
  })
}

/** Before the first request of a document. */
export async function refreshIfDue(): Promise<void> {
  if (!mustRefresh) return
  mustRefresh = false
  await client.refresh()
}

/** Does something with the client, and turns its errors into problems. @throws Problem */
export async function attempt<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw isLatchkeyError(error) ? await withWords(problemOf(error)) : error
  }
}

/** The code that shows the problem finds the texts for it there. */
export async function withWords(problem: Problem): Promise<Problem> {
  const { code, faults } = problem
  const isKnown = Object.hasOwn(problemTexts.en, code) || isEndReason(code)
  if (!isKnown || faults.some(({ fault }) => !Object.hasOwn(faultTexts.en, fault))) await loadRareWords()
  return problem
}

function problemOf(error: LatchkeyError): Problem {
  const { code, status, message } = error
  const { faults, retryAfterSeconds, hookCode } = error as Partial<{
    faults: Problem['faults']
    retryAfterSeconds: number
    hookCode: string
  }>
  return new Problem({
    status,
    code: hookCode ?? (code === 'network_error' ? 'offline' : code),
    title: message,
    ...(faults !== undefined && { faults }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  })
}
