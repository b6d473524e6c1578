import { equalInConstantTime } from '../../platform/digest.ts'
import type { Random } from '../../platform/random.ts'

/** How long a mailed code is valid (ASVS 6.5.5). */
export const MAILED_CODE_LIFETIME_MS = 10 * 60_000

/** A new code of six digits, each equally likely. */
export function createMailedCode(random: Random): string {
  // 48 bits modulo a million: the bias is below one in a hundred million.
  return String(random.bytes(6).readUIntBE(0, 6) % 1_000_000).padStart(6, '0')
}

/** Whether this is the code, however it was typed. */
export function isMailedCode(expected: string, presented: string | undefined): boolean {
  const digits = (presented ?? '').replace(/[\s-]/g, '')
  return equalInConstantTime(Buffer.from(expected), Buffer.from(digits))
}
