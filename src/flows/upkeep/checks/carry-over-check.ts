import type { CarryOverSettings } from '../../../tokens/carry-over/settings.ts'
import type { Check } from './check.ts'

type CheckedCarryOver = Pick<CarryOverSettings, 'secret' | 'until' | 'mayBeGuessed'>

const LEAST_BYTES = 32

/** The risks of the carry-over of sessions, and until when they exist. */
export function carryOverChecks({ secret, until, mayBeGuessed }: CheckedCarryOver, now: number): Check[] {
  if (secret === undefined || until === undefined) return []
  const subject = 'CARRY_OVER_SECRET'
  const day = new Date(until - 1).toISOString().slice(0, 10)
  if (now >= until) {
    const message = `Tokens of the replaced server have been refused since ${day}. Remove CARRY_OVER_SECRET and CARRY_OVER_UNTIL.`
    return [{ subject, verdict: 'advice', message }]
  }
  const isWeak = Buffer.byteLength(secret) < LEAST_BYTES && mayBeGuessed
  const isKnown = secret.startsWith('django-insecure-')
  const risk = isWeak
    ? ' The secret is short: anyone who guesses it can log in as any user until then.'
    : isKnown
      ? ' The secret begins with django-insecure-: if it was ever published, anyone who has seen it can log in as any user until then.'
      : ''
  const message =
    `Tokens of the replaced server are accepted until the end of ${day}. The metric latchkey_carried_over_total says whether ` +
    `anybody still uses them.${risk}`
  return [{ subject, verdict: risk === '' ? 'ok' : 'advice', message }]
}
