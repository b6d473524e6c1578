/** A message as a sentence: with a full stop, unless it already ends with one. */
export function withFullStop(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`
}
