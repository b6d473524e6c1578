/** Headers of the web (`Headers`), or of Node: names in lower case. */
export type HeadersLike =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | string[] | undefined }

/**
 * The part of a request that is used: a web `Request`, one of Node, Express or Fastify, or anything with these two
 * members.
 */
export type RequestLike = {
  /** Used only in cookie mode. A request with an unknown method is treated like one that changes something. */
  readonly method?: string | undefined
  readonly headers: HeadersLike
}

/**
 * A header, by its name in lower case.
 *
 * @returns undefined if it was not sent. If it was sent more than once, the values joined by commas, which no single
 *   value looks like
 */
export function headerOf({ headers }: RequestLike, name: string): string | undefined {
  if (hasGet(headers)) return headers.get(name) ?? undefined
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  return Array.isArray(value) ? value.join(', ') : value
}

function hasGet(headers: HeadersLike): headers is { get(name: string): string | null } {
  return typeof headers.get === 'function'
}
