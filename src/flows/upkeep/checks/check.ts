/** The result of one check. `advice` is harmless; `problem` makes `doctor` fail. */
export type Check = {
  /** What was checked: a setting's name, or a word. */
  subject: string
  verdict: 'ok' | 'advice' | 'problem'
  /** What was found, and what to do about it. */
  message: string
}
