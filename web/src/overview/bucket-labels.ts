/** How high a chart is, in pixels. Its place is kept until it is there. */
export const COURSE_HEIGHT = 188

/** Hours in the reader's zone; days as the server counts them, in UTC. */
export function labelOf(step: 'hour' | 'day', region: string): (at: string) => string {
  const format = new Intl.DateTimeFormat(
    region,
    step === 'hour'
      ? { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }
      : { day: 'numeric', month: 'short', timeZone: 'UTC' },
  )
  return (at) => format.format(new Date(at))
}

/** The labels below a chart: times within a day, days within a longer period. */
export function tickOf(step: 'hour' | 'day', count: number, region: string): (at: string) => string {
  if (step === 'day') return labelOf('day', region)
  const format = new Intl.DateTimeFormat(
    region,
    count <= 25 ? { hour: 'numeric', minute: '2-digit' } : { day: 'numeric', month: 'short' },
  )
  return (at) => format.format(new Date(at))
}
