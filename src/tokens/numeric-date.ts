/** Reads a NumericDate (RFC 7519 §2), in seconds; undefined if the value is not one. */
type TimeReader = (value: unknown) => number | undefined

type TimeReaders = Readonly<Record<'exp' | 'iat' | 'nbf', TimeReader>>

const strictTime: TimeReader = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

/** Whole seconds only, as this server writes them. */
export const strictTimes: TimeReaders = { exp: strictTime, iat: strictTime, nbf: strictTime }

/** The last second of the year 9999, Python's last date. SimpleJWT fails with a 500 beyond it. */
const lastPythonSecond = 253_402_300_799

/**
 * The result of PyJWT's `int(…)` on the claims, as far as SimpleJWT survives it. `iat` is compared as it is, with
 * fractions. A text of ASCII digits is accepted only for `nbf`. true and false are 1 and 0.
 */
export const lenientTimes: TimeReaders = {
  exp: (value) => {
    if (typeof value !== 'number' || value > lastPythonSecond) return undefined
    return Number.isFinite(value) ? Math.trunc(value) : undefined
  },
  iat: (value) => {
    if (typeof value === 'boolean') return Number(value)
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined
  },
  nbf: (value) => {
    if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) return Number(value)
    if (typeof value === 'boolean') return Number(value)
    return typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : undefined
  },
}

/** A time in epoch milliseconds as a NumericDate, cut to whole seconds. */
export function toNumericDate(moment: number): number {
  return Math.floor(moment / 1000)
}

/** The reverse; undefined if the result is not a safe integer. */
export function toEpochMs(seconds: number | undefined): number | undefined {
  if (seconds === undefined) return undefined
  const moment = Math.floor(seconds * 1000)
  return Number.isSafeInteger(moment) ? moment : undefined
}
