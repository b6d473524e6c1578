/** What is wrong with one field of a request. */
export type FieldFault = {
  /** A JSON Pointer without its first slash, such as `profile/city`. */
  field: string
  fault: string
  minimum?: number
  attribute?: string
  message?: string
  [detail: string]: unknown
}

type Told = {
  /** 0: there was no response. */
  status: number
  /** The API's own, or `offline` if there was no response. */
  code: string
  title?: string
  faults?: readonly FieldFault[]
  retryAfterSeconds?: number
}

/** Why a request failed. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  /** The server's own sentence, in English; a hook of the deployment may have written it. */
  readonly title: string | undefined
  readonly faults: readonly FieldFault[]
  readonly retryAfterSeconds: number | undefined

  constructor({ status, code, title, faults = [], retryAfterSeconds }: Told) {
    super(title ?? code)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.title = title
    this.faults = faults
    this.retryAfterSeconds = retryAfterSeconds
  }

  /** Whether the request may succeed if it is simply sent again. */
  get isPassing(): boolean {
    return this.status === 0 || this.status >= 500
  }
}

/** Any error as a problem: an error of another kind is a bug in these pages. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem({ status: -1, code: 'page_error' })
}
