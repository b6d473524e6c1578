import type { Random } from '../../platform/random.ts'

/**
 * The `uid` of an account: what tokens and responses of the classic contract call its id. An imported account keeps the
 * primary key that it had, whatever its type.
 */
export type Uid = {
  /** Unique, at most 255 characters. */
  text: string
  /** Whether JSON shows it as a number, as Django shows an integer key. */
  isNumber: boolean
}

/** What new accounts get: their id, as a number, or a UUID of version 7 (RFC 9562 §5.7). */
export const uidKinds = ['integer', 'uuid7'] as const

export type UidKind = (typeof uidKinds)[number]

/** The `uid` of a new account; undefined: its id, which the database draws. */
export function newUid(kind: UidKind, random: Random, now: number): Uid | undefined {
  return kind === 'uuid7' ? { text: uuid7(random, now), isNumber: false } : undefined
}

/**
 * A `uid` as JSON shows it. A number beyond 2^53 is shown as text, because most JSON readers would round it.
 */
export function wireUid({ uid, isUidNumber }: { uid: string; isUidNumber: boolean }): number | string {
  const number = isUidNumber ? Number(uid) : Number.NaN
  return Number.isSafeInteger(number) ? number : uid
}

/** 48 bits of milliseconds, then random bits (RFC 9562 §5.7): later accounts sort after earlier ones. */
function uuid7(random: Random, now: number): string {
  const bytes = random.bytes(16)
  bytes.writeUIntBE(now, 0, 6)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
