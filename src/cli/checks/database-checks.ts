import type { Check } from '../../flows/upkeep/checks/check.ts'
import type { CheckedSettings } from '../../flows/upkeep/checks/settings-checks.ts'
import type { Examination } from '../../flows/upkeep/examine.ts'
import { rotatedTokenWords } from '../../flows/upkeep/report-rotated-tokens.ts'
import { printableTime } from '../terminal/printable.ts'
import { keyRefusalWords } from '../words/key-words.ts'

/** The largest clock difference between machines that share a database. */
const CLOCK_SLACK_MS = 60_000

/** How long mail may wait before it counts as a problem; the first retries come after minutes. */
const MAIL_SLACK_MS = 3_600_000

/** Reports problems in the database. */
export function databaseChecks(
  { usernameRule, newestEventAt, mail, rotatedTokens, keyProblem }: Examination,
  { accounts: { usernameCaseSensitive }, sessions }: Pick<CheckedSettings, 'accounts' | 'sessions'>,
  now: number,
): Check[] {
  const checks: Check[] = [
    { subject: 'database', verdict: 'ok', message: 'responds, and has the schema of this version' },
  ]
  if ((usernameRule === 'exact') !== usernameCaseSensitive) {
    checks.push({
      subject: 'USERNAME_CASE_SENSITIVE',
      verdict: 'advice',
      message: `is ${usernameCaseSensitive} now but was not at the last start. The next start changes which usernames count as the same.`,
    })
  }
  if (newestEventAt !== undefined && newestEventAt > now + CLOCK_SLACK_MS) {
    checks.push({
      subject: 'clock',
      verdict: 'problem',
      message: `is behind the newest event in the database (${printableTime(newestEventAt)}). Synchronise it with NTP.`,
    })
  }
  if (mail.oldestQueuedAt !== undefined && mail.oldestQueuedAt < now - MAIL_SLACK_MS) {
    checks.push({
      subject: 'mail',
      verdict: 'advice',
      message:
        `has been waiting since ${printableTime(mail.oldestQueuedAt)} (${mail.waiting} in all). ` +
        'The server log and /api/v1/admin/outbox say why.',
    })
  }
  if (sessions.rotateRefreshTokens && !sessions.blacklistAfterRotation) {
    checks.push({ subject: 'refresh tokens', verdict: 'ok', message: rotatedTokenWords(rotatedTokens) })
  }
  checks.push(
    keyProblem === undefined
      ? { subject: 'keys', verdict: 'ok', message: 'are usable' }
      : { subject: 'keys', verdict: 'problem', message: keyRefusalWords(keyProblem) },
  )
  return checks
}
