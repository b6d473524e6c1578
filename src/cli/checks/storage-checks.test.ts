import { describe, expect, it } from 'vitest'
import { storageChecks } from './storage-checks.ts'

const NOW = 1_900_000_000_000
const DAY = 86_400_000
const sound = {
  writeFault: undefined,
  damage: undefined,
  unverifiableHashes: new Map<string, number>(),
  verifiedBackupAt: NOW - DAY,
}

describe('the checks of stored data', () => {
  const findings = (changes: Partial<Parameters<typeof storageChecks>[0]>) =>
    storageChecks({ ...sound, ...changes }, NOW).map(
      ({ verdict, subject, message }) => `${verdict} ${subject}: ${message}`,
    )

  it('find nothing wrong with a healthy database and a fresh backup', () => {
    expect(findings({})).toEqual([expect.stringMatching(/^ok backup: of .* is verified$/)])
  })

  it.each([
    [{ damage: 'the database in it is damaged: page 3' }, /^problem database: .*page 3.*restore a backup/],
    [{ writeFault: 'the disk is full' }, /^problem database: cannot be written.*the disk is full.*free some space/],
    [{ unverifiableHashes: new Map([['crypt', 1]]) }, /^advice passwords: 1 account has a hash of crypt/],
    [
      { unverifiableHashes: new Map([['md5', 12]]) },
      /^advice passwords: 12 accounts have hashes of md5.*ALLOW_WEAK_HASHES/,
    ],
    [{ verifiedBackupAt: undefined }, /^advice backup: No backup was verified\. Make one/],
    [{ verifiedBackupAt: NOW - 8 * DAY }, /^advice backup: No backup after .* was verified/],
  ])('name %o with its cure', (changes, finding) => {
    expect(findings(changes)).toContainEqual(expect.stringMatching(finding))
  })
})
