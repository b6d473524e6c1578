import type { PasswordCheck } from '../../passwords/password-check.ts'
import type { Random } from '../../platform/random.ts'
import type { Factor, HeldFactor } from '../factor.ts'
import { CODE_COUNT, createRecoveryCode, readRecoveryCode } from './recovery-code.ts'

/** The hash of each code by its position; null: used. */
type Data = { hashes: (string | null)[] }

type RecoveryCodeParts = { passwords: Pick<PasswordCheck, 'check' | 'hash'>; random: Random }

const hashesOf = (held: HeldFactor) => (JSON.parse(held.data) as Data).hashes

/** How many codes are left. */
export function codesLeft(held: HeldFactor): number {
  return hashesOf(held).filter((hash) => hash !== null).length
}

/**
 * Ten codes for the day the other factors are lost. They are hashed like passwords, because a code that a person types has fewer
 * than 112 bits (ASVS 6.5.2). They count from the moment the owner confirms to have saved them.
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
      // One after the other: ten at once would fill the queue that logins wait in.
      for (const code of codes) hashes.push(await passwords.hash(readRecoveryCode(code)?.text ?? code))
      return { state: JSON.stringify({ hashes } satisfies Data), answer: { codes } }
    },
    finish: async (pending, { saved }) => (saved === true ? { data: pending.data, amr: [] } : undefined),
    async verify([held], { code }) {
      const presented = readRecoveryCode(code)
      if (held === undefined || presented === undefined) return undefined
      const hashes = hashesOf(held)
      const hash = hashes[presented.position] ?? undefined
      const { matches } = await passwords.check(presented.text, hash)
      if (!matches || hash === undefined) return undefined
      const data: Data = { hashes: hashes.map((one, position) => (position === presented.position ? null : one)) }
      return { factor: held, data: JSON.stringify(data), amr: ['otp'], left: codesLeft(held) - 1 }
    },
    describe: (held) => ({ codes_left: codesLeft(held) }),
  }
}
