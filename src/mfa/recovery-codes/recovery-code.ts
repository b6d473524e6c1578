import type { Random } from '../../platform/random.ts'

/** How many codes an account gets at a time. */
export const CODE_COUNT = 10

/** Crockford's base32: no I, L, O or U, so that nobody misreads a printed code. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const RANDOM_LETTERS = 11

/**
 * A new code for position 0 to 9: `3K7Q-9D2M-XW4T`. The first character is the position, so that only one hash must be
 * checked instead of ten. The others carry 55 bits.
 */
export function createRecoveryCode(position: number, random: Random): string {
  const letters = [...random.bytes(RANDOM_LETTERS)].map((byte) => ALPHABET[byte & 31]).join('')
  return `${position}${letters}`.replace(/^(.{4})(.{4})(.{4})$/, '$1-$2-$3')
}

/** A presented code, however it was typed: its position, and the text that is hashed. Undefined if it cannot be one. */
export function readRecoveryCode(presented: string | undefined): { position: number; text: string } | undefined {
  const text = (presented ?? '').toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  if (!/^\d[0-9A-HJKMNP-TV-Z]{11}$/.test(text)) return undefined
  return { position: Number(text[0]), text }
}
