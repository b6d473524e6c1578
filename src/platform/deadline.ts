/**
 * Resolves with the value of `promise` if it settles in time. The work behind the promise continues, but nobody waits
 * for it.
 *
 * @throws Error after `ms` milliseconds, or whatever the promise is rejected with
 */
export async function inTime<Value>(ms: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`there was no answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, over])
  } finally {
    clearTimeout(timer)
  }
}
