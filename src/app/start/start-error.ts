/** Steps of the start that can fail for external reasons. */
type Step = 'database' | 'listen'

/** A server could not start. The cause says why, and the step says what it was doing. */
export class StartError extends Error {
  readonly step: Step

  constructor(step: Step, cause: unknown) {
    super(`could not start: ${step}`, { cause })
    this.name = 'StartError'
    this.step = step
  }
}

/** @throws StartError with the error of `work` */
export async function atStep<T>(step: Step, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new StartError(step, error)
  }
}
