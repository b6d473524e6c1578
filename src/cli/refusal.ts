/** A command refuses. The message goes to stderr, and the exit code is 1. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Refusal'
  }
}
