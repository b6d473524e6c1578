import { types } from 'node:util'

/**
 * Whether a value is an error, whichever realm created it. Node's own errors are not `instanceof Error` if a program
 * runs in a context of its own, as under Jest.
 */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value)
}

/** Whether a value is an error that contains several, such as one for each address of a host that was tried. */
export function isAggregateError(value: unknown): value is AggregateError {
  return isError(value) && 'errors' in value && Array.isArray(value.errors)
}

/** What an error says, or the errors that it contains say; for anything else that was thrown, the value itself. */
export function messageOf(thrown: unknown): string {
  // Node leaves the message of the error empty that contains one for each address of a host.
  if (isAggregateError(thrown)) return thrown.errors.map(messageOf).join(', ')
  return isError(thrown) ? thrown.message : String(thrown)
}
