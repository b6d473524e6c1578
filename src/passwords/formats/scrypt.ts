import { type ScryptOptions, scrypt } from 'node:crypto'
import { equalInConstantTime } from '../../platform/digest.ts'
import { type HashReader, readBase64, readDecimal } from './stored-hash.ts'

/** 256 MiB at a time. Django's own hasher uses 16 MiB, OWASP's largest setting 128 MiB. */
const maximumMemory = 268_435_456

/** 128 * N * r * p: 1 GiB of blocks, two or three seconds of work. */
const maximumWork = 1_073_741_824

/** Each of the p blocks costs work of its own, however small N is. */
const maximumParallelization = 1024

const digestBytes = 64

/** Reads `scrypt$<N>$<salt>$<r>$<p>$<digest in base64>` (Django 4.0 and later; RFC 7914 names the parameters). */
export const readScrypt: HashReader = (encoded) => {
  const [name, cost, salt, blockSize, parallelization, digestText, ...others] = encoded.split('$')
  const N = readDecimal(cost, maximumWork)
  const r = readDecimal(blockSize, maximumWork)
  const p = readDecimal(parallelization, maximumParallelization)
  const digest = readBase64(digestText, 'padded')
  if (others.length > 0 || !N || !r || !p || !salt || digest?.length !== digestBytes) return undefined
  // N is a power of two between 1 and 2 ** (16 * r) (RFC 7914 §2); OpenSSL refuses others with an error.
  const exponent = Math.log2(N)
  if (!Number.isInteger(exponent) || exponent < 1 || exponent >= 16 * r) return undefined
  // The large array, one block for each p, and two more to work in.
  const memory = 128 * r * (N + p + 2)
  if (memory > maximumMemory || 128 * N * r * p > maximumWork) return undefined
  return {
    kind: `${name}$${N}$${r}$${p}`,
    matches: async (password) => {
      const derived = await deriveScrypt(password, salt, digestBytes, { N, r, p, maxmem: memory })
      // PBKDF2 is the first step of scrypt, with the zero padding of HMAC: see pbkdf2.ts.
      return equalInConstantTime(derived, digest) && !password.includes('\0')
    },
  }
}

/** scrypt in the thread pool. */
export function deriveScrypt(
  password: string,
  salt: string | Buffer,
  bytes: number,
  options: ScryptOptions,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, bytes, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
