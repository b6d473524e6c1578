import { type NameSource, usernameAttempt, usernameBase } from '../../../accounts/names/derived-username.ts'
import type { PhoneRule } from '../../../accounts/names/phone-number.ts'
import type { UsernameRule } from '../../../accounts/names/username.ts'
import type { Random } from '../../../platform/random.ts'
import type { Queryable } from '../../../storage/prepared.ts'
import { isUsernameTaken } from './name-taken.ts'

/** How many names are tried. The last ones have nine random digits, so it practically never fails. */
const ATTEMPTS = 8

/** A free username for somebody who has not chosen one. */
export type DeriveUsername = (source: NameSource) => Promise<string>

/** A free username based on `usernameBase`, with as few digits appended as necessary. */
export function createDeriveUsername(parts: {
  database: { read: Queryable }
  usernameRule: UsernameRule
  phoneRule: PhoneRule
  random: Random
}): DeriveUsername {
  const { database, random } = parts
  return async (source) => {
    const base = usernameBase(source)
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const number = random.bytes(6).readUIntBE(0, 6) % 10 ** Math.min(attempt + 1, 9)
      const username = usernameAttempt(base, attempt, number)
      if (!(await isUsernameTaken(database.read, username, parts))) return username
    }
    return usernameAttempt(base, ATTEMPTS, random.bytes(6).readUIntBE(0, 6))
  }
}
