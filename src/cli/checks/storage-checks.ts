import type { Check } from '../../flows/upkeep/checks/check.ts'
import type { Examination } from '../../flows/upkeep/examine.ts'
import { printableTime } from '../terminal/printable.ts'

const DAY_MS = 86_400_000
/** How old the newest verified backup may be. */
const BACKUP_SLACK_MS = 7 * DAY_MS

type Stored = Pick<Examination, 'writeFault' | 'damage' | 'unverifiableHashes' | 'verifiedBackupAt'>

/** Reports problems with the storage of the database, and with stored data that cannot be used. */
export function storageChecks(stored: Stored, now: number): Check[] {
  const { writeFault, damage, unverifiableHashes, verifiedBackupAt } = stored
  const checks: Check[] = []
  if (damage !== undefined) {
    checks.push({
      subject: 'database',
      verdict: 'problem',
      message: `${damage}. Stop the server, then restore a backup: latchkey restore FILE. Without one, try: sqlite3 FILE .recover`,
    })
  }
  if (writeFault !== undefined) {
    checks.push({
      subject: 'database',
      verdict: 'problem',
      message: `cannot be written, so nobody can log in: ${writeFault}. If the disk is full, free some space.`,
    })
  }
  for (const [algorithm, count] of unverifiableHashes) {
    const accounts = count === 1 ? '1 account has a hash' : `${count} accounts have hashes`
    checks.push({
      subject: 'passwords',
      verdict: 'advice',
      message:
        `${accounts} of ${algorithm} that Latchkey does not verify, so even the right password is refused. ` +
        'Set ALLOW_WEAK_HASHES if they are MD5 or SHA-1, or have the owners reset their passwords.',
    })
  }
  if (verifiedBackupAt === undefined || verifiedBackupAt < now - BACKUP_SLACK_MS) {
    const newest =
      verifiedBackupAt === undefined ? 'No backup was' : `No backup after ${printableTime(verifiedBackupAt)} was`
    checks.push({
      subject: 'backup',
      verdict: 'advice',
      message: `${newest} verified. Make one with latchkey backup FILE, and check it with latchkey restore --verify FILE.`,
    })
  } else {
    checks.push({ subject: 'backup', verdict: 'ok', message: `of ${printableTime(verifiedBackupAt)} is verified` })
  }
  return checks
}
