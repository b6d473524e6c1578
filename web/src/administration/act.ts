import type { AnswerOf, RequestInput, RouteName } from '@latchkey/client'
import { ask } from '../api/api.ts'
import { whenRecent } from '../session/step-up.ts'

type Input<Name extends RouteName> =
  Record<never, never> extends RequestInput<Name> ? [RequestInput<Name>?] : [RequestInput<Name>]

/**
 * Changes something over the API. If the server wants a recent login first, the page asks for it and then continues.
 *
 * @throws Problem
 */
export function act<Name extends RouteName>(route: Name, ...input: Input<Name>): Promise<AnswerOf<Name>> {
  return whenRecent(() => ask(route, ...input))
}
