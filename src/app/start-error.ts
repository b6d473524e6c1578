/** What a server does at its start that may fail for reasons outside of it. */
type Step = 'database' | 'listen'

/** A server could not start; the cause says why, the step what it was doing. */
export class StartError extends Error {
  readonly step: Step

  constructor(step: Step, cause: unknown) {
    super(`could not start: ${step}`, { cause })
    this.name = 'StartError'
    this.step = step
  }
}

/** @throws StartError with what `work` failed with */
export async function atStep<T>(step: Step, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new StartError(step, error)
  }
}
