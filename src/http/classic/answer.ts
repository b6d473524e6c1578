/** An answer of the classic contract that a view or the parser of bodies gives directly; thrown or returned. */
export class ClassicAnswer extends Error {
  readonly status: number
  /** undefined: no body at all. */
  readonly body: unknown

  constructor(status: number, body?: unknown) {
    super(`classic answer ${status}`)
    this.name = 'ClassicAnswer'
    this.status = status
    this.body = body
  }
}

/** 400 with the faulty fields and their messages. */
export function fieldErrors(errors: Record<string, string[]>): ClassicAnswer {
  return new ClassicAnswer(400, errors)
}
