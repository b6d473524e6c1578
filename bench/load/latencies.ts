/** How long responses took, in milliseconds. */
export type Latencies = {
  p50: number
  p99: number
}

/** The median and the 99th percentile of some durations; 0 if there are none. */
export function summarize(durationsMs: readonly number[]): Latencies {
  const sorted = Float64Array.from(durationsMs).sort()
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) }
}

/** The median of some values, the lower of the two middle ones; 0 if there are none. */
export function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5)
}

/** By nearest rank: always one of the values, never an interpolation. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}
