import type { Examination } from '../../flows/upkeep/examine.ts'
import { keyRefusalWords } from '../key-words.ts'
import { printableTime } from '../printable.ts'
import type { Check } from './check.ts'

/** How far the clocks of machines that share a database may be apart. */
const CLOCK_SLACK_MS = 60_000

/** How long mail may wait before something is the matter: it is tried again after some minutes at first. */
const MAIL_SLACK_MS = 3_600_000

/** Judges what was found in the database. */
export function databaseChecks(
  { usernameRule, newestEventAt, mail, keyProblem }: Examination,
  usernameCaseSensitive: boolean,
  now: number,
): Check[] {
  const checks: Check[] = [
    { subject: 'database', verdict: 'ok', message: 'answers, and has the schema of this version' },
  ]
  if ((usernameRule === 'exact') !== usernameCaseSensitive) {
    checks.push({
      subject: 'USERNAME_CASE_SENSITIVE',
      verdict: 'advice',
      message: `is ${usernameCaseSensitive} here and was not at the last start: the next start changes which names are one.`,
    })
  }
  if (newestEventAt !== undefined && newestEventAt > now + CLOCK_SLACK_MS) {
    checks.push({
      subject: 'clock',
      verdict: 'problem',
      message: `is behind the newest event in the database (${printableTime(newestEventAt)}). Set it, by NTP.`,
    })
  }
  if (mail.oldestQueuedAt !== undefined && mail.oldestQueuedAt < now - MAIL_SLACK_MS) {
    checks.push({
      subject: 'mail',
      verdict: 'advice',
      message:
        `waits to be sent since ${printableTime(mail.oldestQueuedAt)}, ${mail.waiting} in all. ` +
        'Why is in the log of the servers and in /api/v1/admin/outbox.',
    })
  }
  checks.push(
    keyProblem === undefined
      ? { subject: 'keys', verdict: 'ok', message: 'can be used' }
      : { subject: 'keys', verdict: 'problem', message: keyRefusalWords(keyProblem) },
  )
  return checks
}
