import type { PasswordCheck } from '../../passwords/password-check.ts'
import type { Random } from '../../platform/random.ts'
import type { Factor, HeldFactor } from '../factor.ts'
import { CODE_COUNT, createRecoveryCode, readRecoveryCode } from './recovery-code.ts'

/**
 * The hash of each code by its position; null: used. Issued codes have a time range in which they are valid. Exports
 * have the same form.
 */
export type PortableRecoveryCodes = { hashes: (string | null)[]; validFrom?: number; validUntil?: number }

type RecoveryCodeParts = { passwords: Pick<PasswordCheck, 'check' | 'hash'>; random: Random }

const hashesOf = (held: HeldFactor) => (JSON.parse(held.data) as PortableRecoveryCodes).hashes

/** How many codes are left. */
function codesLeft(held: HeldFactor): number {
  return hashesOf(held).filter((hash) => hash !== null).length
}

/**
 * Ten codes for the case that the other factors are lost. They are hashed like passwords, because a code that a person
 * types has fewer than 112 bits (ASVS 6.5.2). They become valid when the owner confirms that they are saved.
 */
export function createRecoveryCodeFactor({ passwords, random }: RecoveryCodeParts): Factor {
  return {
    type: 'recovery_code',
    isGuessable: true,
    most: 1,
    unavailable: () => undefined,
    async enrol() {
      const codes = Array.from({ length: CODE_COUNT }, (_, position) => createRecoveryCode(position, random))
      const hashes: string[] = []
      // One after the other, because ten at once would fill the queue that logins wait in.
      for (const code of codes) hashes.push(await passwords.hash(readRecoveryCode(code)?.text ?? code))
      return { state: JSON.stringify({ hashes } satisfies PortableRecoveryCodes), answer: { codes } }
    },
    finish: async (pending, { saved }) => (saved === true ? { data: pending.data, amr: [] } : undefined),
    async verify(all, { code }, _state, now) {
      const presented = readRecoveryCode(code)
      if (presented === undefined) return undefined
      for (const held of all) {
        const data = JSON.parse(held.data) as PortableRecoveryCodes
        const hash = data.hashes[presented.position] ?? undefined
        const { validFrom = 0, validUntil = Number.POSITIVE_INFINITY } = data
        const { matches } = await passwords.check(presented.text, hash)
        if (!matches || hash === undefined || now < validFrom || now >= validUntil) continue
        const hashes = data.hashes.map((one, position) => (position === presented.position ? null : one))
        const next: PortableRecoveryCodes = { ...data, hashes }
        const left = all.reduce((sum, one) => sum + codesLeft(one), -1)
        const isUsedUp = data.validFrom !== undefined && hashes.every((one) => one === null)
        return { factor: held, data: JSON.stringify(next), amr: ['otp'], left, isUsedUp }
      }
      return undefined
    },
    describe(held) {
      const { validFrom } = JSON.parse(held.data) as PortableRecoveryCodes
      return { codes_left: codesLeft(held), ...(validFrom !== undefined && { is_issued: true }) }
    },
  }
}

/** Until when an issued code is valid, in epoch milliseconds; undefined: these are the owner's own codes. */
export function issuedUntil({ type, data }: Pick<HeldFactor, 'type' | 'data'>): number | undefined {
  return type === 'recovery_code' ? (JSON.parse(data) as PortableRecoveryCodes).validUntil : undefined
}

/**
 * One code for somebody who lost their factors, which an administrator hands over.
 *
 * @param valid the time range in which it is valid
 */
export async function issueRecoveryCode(
  { passwords, random }: RecoveryCodeParts,
  valid: { from: number; until: number },
): Promise<{ code: string; data: string }> {
  const code = createRecoveryCode(0, random)
  const hash = await passwords.hash(readRecoveryCode(code)?.text ?? code)
  const data: PortableRecoveryCodes = { hashes: [hash], validFrom: valid.from, validUntil: valid.until }
  return { code, data: JSON.stringify(data) }
}
