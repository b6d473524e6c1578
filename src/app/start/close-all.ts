import { isAggregateError } from '../../platform/is-error.ts'

/**
 * Closes everything in turn, including what comes after a part that failed to close.
 *
 * @throws AggregateError with all failures, after trying everything
 */
export async function closeAll(closes: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = []
  for (const close of closes) {
    try {
      await close()
    } catch (error) {
      failures.push(...(isAggregateError(error) ? error.errors : [error]))
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed')
}
