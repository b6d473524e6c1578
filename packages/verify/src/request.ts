/** Headers as the web has them (`Headers`), or as Node has them: names in lower case. */
export type HeadersLike =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | string[] | undefined }

/** What is needed of a request: a web `Request`, one of Node, Express or Fastify, or anything that has these two. */
export type RequestLike = {
  /** Needed in cookie mode only. A request whose method is unknown is treated like one that changes something. */
  readonly method?: string | undefined
  readonly headers: HeadersLike
}

/**
 * A header, by its name in lower case.
 *
 * @returns undefined if it was not sent. If it was sent more than once, its values with a comma between, which is the form
 *   of no single value
 */
export function headerOf({ headers }: RequestLike, name: string): string | undefined {
  if (hasGet(headers)) return headers.get(name) ?? undefined
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  return Array.isArray(value) ? value.join(', ') : value
}

function hasGet(headers: HeadersLike): headers is { get(name: string): string | null } {
  return typeof headers.get === 'function'
}
