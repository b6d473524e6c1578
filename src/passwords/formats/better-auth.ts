import { equalInConstantTime } from '../../platform/digest.ts'
import { deriveScrypt } from './scrypt.ts'
import type { HashReader } from './stored-hash.ts'

// `SALT:KEY` in hexadecimal, after the name of the format. Better Auth has never used other costs.
const layout = /^better-auth\$(?<salt>[0-9a-f]{32}):(?<key>[0-9a-f]{128})$/

const costs = { N: 16_384, r: 16, p: 1, maxmem: 67_108_864 }

/** Reads `better-auth$…`: scrypt of the password in NFKC. The salt is the hexadecimal text, not its bytes. */
export const readBetterAuth: HashReader = (encoded) => {
  const { salt, key } = layout.exec(encoded)?.groups ?? {}
  if (salt === undefined || key === undefined) return undefined
  const expected = Buffer.from(key, 'hex')
  return {
    kind: 'better-auth',
    matches: async (password) => {
      const derived = await deriveScrypt(password.normalize('NFKC'), salt, expected.length, costs)
      return equalInConstantTime(derived, expected) && !password.includes('\0')
    },
  }
}
