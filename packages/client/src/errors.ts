import { errorCodes, sessionEndReasons } from './generated/codes.ts'

/** A code with which the server refuses a request. */
export type ErrorCode = (typeof errorCodes)[number]

/** Why a session has ended. The server refuses requests with a token of such a session, with the reason as the code. */
export type SessionEndReason = (typeof sessionEndReasons)[number]

/** What is wrong with one field: `field` is a JSON Pointer without its first slash, `fault` the rule it breaks. */
export type FieldFault = { field: string; fault: string; [fact: string]: unknown }

type BusyCode = 'throttled' | 'overloaded' | 'unavailable'

type PlainCode = Exclude<ErrorCode, 'invalid_fields' | 'hook_refused' | BusyCode>

/**
 * Everything that can go wrong, by `code`:
 *
 * - a code of the server (docs/error-codes.md), or a session end reason
 * - `network_error`: no response came, or none in time. Whether the server acted is unknown. `status` is 0.
 * - `unexpected_answer`: the response does not come from Latchkey, for example the error page of a proxy
 */
export type Failure =
  | { code: 'invalid_fields'; faults: readonly FieldFault[] }
  /** `retryAfterSeconds`: when to try again, if the server says so. */
  | { code: BusyCode; retryAfterSeconds: number | undefined }
  /** `hookCode`: the code that your own hook has given. */
  | { code: 'hook_refused'; hookCode: string }
  | { code: PlainCode | SessionEndReason | 'network_error' | 'unexpected_answer' }

export type FailureCode = Failure['code']

/** A failed request. `message` is a sentence for people. Switch on `code`. */
export type LatchkeyError = Error & {
  /** What went wrong: an error code (docs/error-codes.md), a session end reason, `network_error` or `unexpected_answer`. */
  readonly code: FailureCode
  /** The HTTP status; 0 without a response. */
  readonly status: number
  /** The response body as it came (RFC 9457); empty if there was none, or if it is not JSON. */
  readonly problem: Readonly<Record<string, unknown>>
} & Readonly<Failure>

class FailedRequest extends Error {
  override readonly name = 'LatchkeyError'
  readonly code: FailureCode
  readonly status: number
  /** The response body as it came (RFC 9457); empty if there was none. */
  readonly problem: Readonly<Record<string, unknown>>

  constructor(code: FailureCode, status: number, message: string, problem: Record<string, unknown>, cause?: unknown) {
    super(message, { cause })
    this.code = code
    this.status = status
    this.problem = problem
  }
}

/** Whether an error comes from this package. Its `code` then says what went wrong. */
export function isLatchkeyError(error: unknown): error is LatchkeyError {
  return error instanceof Error && error.name === 'LatchkeyError' && 'code' in error
}

/** The error of a request that got no response. */
export function networkError(cause: unknown): LatchkeyError {
  return new FailedRequest('network_error', 0, 'The server could not be reached.', {}, cause) as LatchkeyError
}

/** A response with its whole body. */
export type Answer = { status: number; headers: Headers; text: string }

/** The error that a response reports. */
export function errorOf({ status, headers, text }: Answer): LatchkeyError {
  const problem = readProblem(text)
  const told = problem.code
  const code = codeOf(told, status)
  const message = typeof problem.title === 'string' ? problem.title : `The server answered ${status}.`
  const error = new FailedRequest(code, status, message, problem)
  return Object.assign(error, {
    ...(code === 'invalid_fields' && { faults: Array.isArray(problem.errors) ? problem.errors : [] }),
    ...(code === 'hook_refused' && { hookCode: told }),
    ...((status === 429 || status === 503) && { retryAfterSeconds: retryAfterOf(headers) }),
  }) as LatchkeyError
}

/**
 * Whether the server itself has refused the token. Waiting or repeating would not help. A newer server may send a code
 * that this client does not know.
 */
export function isRefusal({ status, code, problem }: LatchkeyError): boolean {
  return status === 401 && (code !== 'unexpected_answer' || problem.type === 'about:blank')
}

/** When to try again, in seconds (RFC 9110 §10.2.3). Some proxies write a date instead of a number. */
function retryAfterOf(headers: Headers): number | undefined {
  const value = headers.get('retry-after') ?? ''
  if (/^\d+$/.test(value)) return Number(value)
  const seconds = (Date.parse(value) - (Date.parse(headers.get('date') ?? '') || Date.now())) / 1_000
  return Number.isNaN(seconds) ? undefined : Math.max(0, Math.ceil(seconds))
}

function readProblem(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? { ...body } : {}
  } catch {
    return {}
  }
}

/** Your own hook may refuse with its own code. */
function codeOf(told: unknown, status: number): FailureCode {
  if (typeof told !== 'string') return 'unexpected_answer'
  const known: readonly string[] = [...errorCodes, ...sessionEndReasons]
  if (known.includes(told)) return told as FailureCode
  return status === 403 ? 'hook_refused' : 'unexpected_answer'
}
