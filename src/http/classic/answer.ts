/**
 * An answer of the classic contract that a view or the parser of bodies gives directly; thrown or returned. No Error: most
 * are good news, and a stack trace for each costs more than all of its headers.
 */
export class ClassicAnswer {
  readonly status: number
  /** undefined: no body at all. */
  readonly body: unknown

  constructor(status: number, body?: unknown) {
    this.status = status
    this.body = body
  }
}

/** 400 with the faulty fields and their messages. */
export function fieldErrors(errors: Record<string, string[]>): ClassicAnswer {
  return new ClassicAnswer(400, errors)
}
