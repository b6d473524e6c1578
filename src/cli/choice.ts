import { InvalidArgumentError } from 'commander'

/** Reads an option that has a few values only. The returned function throws InvalidArgumentError. */
export function oneOf(choices: readonly string[]): (text: string) => string {
  return (text) => {
    if (choices.includes(text)) return text
    throw new InvalidArgumentError(`Write ${choices.join(' or ')}.`)
  }
}
