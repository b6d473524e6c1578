import { createCipheriv } from 'node:crypto'
import { equalInConstantTime } from '../../platform/digest.ts'
import { deriveScrypt } from './scrypt.ts'
import { type HashReader, readBase64, readDecimal } from './stored-hash.ts'

// As Supabase Auth writes them: the parameters of the Firebase project, then the salt and the hash of the account.
// fbscrypt$v=1,n=<memory cost>,r=<rounds>,p=1,ss=<salt separator>,sk=<signer key>$<salt>$<hash>, all in base64.
const layout =
  /^fbscrypt\$v=1,n=(?<exponent>\d+),r=(?<blockSize>\d+),p=(?<parallelization>\d+)(?:,ss=(?<separator>[^,$]+))?,sk=(?<signerKey>[^,$]+)\$(?<salt>[^$]+)\$(?<digest>[^$]+)$/

const keyBytes = 32

/** Four times the memory of Firebase's defaults (14 and 8, which take 16 MiB). */
const maximumMemory = 67_108_864

/**
 * Reads `fbscrypt$…`, Firebase's own variety of scrypt: the derived key encrypts the signer key of the project, with
 * AES-256 in counter mode.
 */
export const readFirebaseScrypt: HashReader = (encoded) => {
  const fields = layout.exec(encoded)?.groups ?? {}
  const exponent = readDecimal(fields.exponent, 20)
  const r = readDecimal(fields.blockSize, 32)
  const p = readDecimal(fields.parallelization, 8)
  const separator = fields.separator === undefined ? Buffer.alloc(0) : readBase64(fields.separator, 'padded')
  const [signerKey, salt, digest] = [fields.signerKey, fields.salt, fields.digest].map((text) =>
    readBase64(text, 'padded'),
  )
  if (!exponent || !r || !p || !separator || !signerKey || !salt || digest?.length !== signerKey.length)
    return undefined
  const N = 2 ** exponent
  const memory = 128 * r * (N + p + 2)
  if (memory > maximumMemory || exponent >= 16 * r) return undefined
  return {
    kind: `fbscrypt$${exponent}$${r}$${p}`,
    matches: async (password) => {
      const key = await deriveScrypt(password, Buffer.concat([salt, separator]), keyBytes, { N, r, p, maxmem: memory })
      const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
      const derived = Buffer.concat([cipher.update(signerKey), cipher.final()])
      return equalInConstantTime(derived, digest) && !password.includes('\0')
    },
  }
}
