/**
 * What a promise gives, if it does in time. What it stands for goes on; nobody waits for it any more.
 *
 * @throws Error when `ms` milliseconds are over, and whatever the promise is rejected with
 */
export async function inTime<Value>(ms: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`there was no answer in ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, over])
  } finally {
    clearTimeout(timer)
  }
}
