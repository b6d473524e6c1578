/** What one look has found. `advice` is no reason to worry, `problem` makes `doctor` fail. */
export type Check = {
  /** What was looked at: a setting's name, or a word. */
  subject: string
  verdict: 'ok' | 'advice' | 'problem'
  /** What was found, and what to do about it. */
  message: string
}
