/** A command is not carried out: the message is told on stderr, and the exit code is 1. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Refusal'
  }
}
