import type { Routes } from './generated/routes.ts'
import type { Call } from './transport.ts'

/** A route that `request` can call. Login, refresh and logout have functions of their own. */
export type RouteName = Exclude<keyof Routes, 'POST /login' | 'POST /refresh' | 'POST /logout'>

type Part<Name extends keyof Routes, Key extends string> = Key extends keyof Routes[Name]
  ? Record<never, never> extends Routes[Name][Key]
    ? { [K in Key]?: Routes[Name][Key] }
    : { [K in Key]: Routes[Name][Key] }
  : unknown

/** What a request takes: the parameters of its path, its query and its body, if the route has them. */
export type RequestInput<Name extends keyof Routes> = Part<Name, 'params'> &
  Part<Name, 'query'> &
  Part<Name, 'body'> & { headers?: Record<string, string>; signal?: AbortSignal }

/** What a route returns. */
export type AnswerOf<Name extends keyof Routes> = Routes[Name]['answer']

type Input = {
  params?: Record<string, string | number>
  query?: Record<string, unknown>
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** Builds the request from a route and its input. */
export function fillRoute(route: string, { params = {}, query = {}, body, headers, signal }: Input = {}): Call {
  const [method = '', pattern = ''] = route.split(' ')
  const path = pattern.replaceAll(/:(\w+)/g, (_, name) => encodeURIComponent(String(params[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.append(name, String(value))
  }
  const queryText = search.toString()
  return { method, path: queryText === '' ? path : `${path}?${queryText}`, body, headers, signal }
}
