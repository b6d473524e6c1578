/** Where this browser remembers which factor was used last. It says nothing about whose. */
const KEY = 'latchkey.factor'

/**
 * The factor to ask for first: the one that was used in this browser last, or else the first.
 *
 * @param usable in the order in which the server offers them
 */
export function preferredFactor<Factor extends string>(usable: readonly Factor[]): Factor | undefined {
  const last = read()
  return usable.find((factor) => factor === last) ?? usable[0]
}

/** Remembers a factor that completed a sign-in. Recovery codes are for an emergency: the next sign-in asks as before. */
export function preferFactor(factor: string): void {
  if (factor === 'recovery_code') return
  try {
    localStorage.setItem(KEY, factor)
  } catch {
    // Without storage, the first factor is asked for.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}
