const unitsMs = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const

type Unit = keyof typeof unitsMs

/**
 * Reads `90s`, `5m`, `1d`: a whole number and one unit (ms, s, m, h, d, w). Returns milliseconds, or undefined if the
 * text is not a duration.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+)(ms|[smhdw])$/.exec(text)
  return match === null ? undefined : Number(match[1]) * unitsMs[match[2] as Unit]
}

/** Writes milliseconds in the form that `parseDuration` reads, in the largest unit that gives a whole number. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s'
  const unit = (Object.keys(unitsMs) as Unit[]).find((name) => ms % unitsMs[name] === 0) ?? 'ms'
  return `${ms / unitsMs[unit]}${unit}`
}
