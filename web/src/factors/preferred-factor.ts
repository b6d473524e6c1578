/** Where this browser remembers which factor was used last. It does not say whose. */
const KEY = 'latchkey.factor'

/**
 * The factor to ask for first: the one that was last used in this browser, otherwise the first one.
 *
 * @param usable in the order in which the server offers them
 */
export function preferredFactor<Factor extends string>(usable: readonly Factor[]): Factor | undefined {
  const last = read()
  return usable.find((factor) => factor === last) ?? usable[0]
}

/** Remembers a factor that completed a sign-in. Recovery codes are for emergencies, so they are not remembered. */
export function preferFactor(factor: string): void {
  if (factor === 'recovery_code') return
  try {
    localStorage.setItem(KEY, factor)
  } catch {
    // Without storage, the page asks for the first factor.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}
