import type { Account } from '../../accounts/account.ts'

/**
 * A response of the classic contract that a view or the body parser creates itself, thrown or returned. It is not an
 * Error: most are successes, and a stack trace costs more than all headers of a response.
 */
export class ClassicAnswer {
  readonly status: number
  /** undefined: no body. */
  readonly body: unknown
  /** The account that a successful response is about, if there is one. */
  readonly about: Account | undefined

  constructor(status: number, body?: unknown, about?: Account) {
    this.status = status
    this.body = body
    this.about = about
  }
}

/** 400 with the invalid fields and their messages. */
export function fieldErrors(errors: Record<string, string[]>): ClassicAnswer {
  return new ClassicAnswer(400, errors)
}
