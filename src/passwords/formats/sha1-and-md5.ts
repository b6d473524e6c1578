import { hash } from 'node:crypto'
import { equalInConstantTime } from '../../platform/digest.ts'
import type { HashReader, StoredHash } from './stored-hash.ts'

/**
 * Reads `sha1$<salt>$<hex>` and, with an empty salt, Django's `unsalted_sha1`. Weak: one graphics card tests billions
 * of passwords per second.
 */
export const readSha1: HashReader = (encoded) => read(encoded, 'sha1', 40)

/** Reads `md5$<salt>$<hex>` and, with an empty salt, one of the two forms of Django's `unsalted_md5`. As weak as SHA-1. */
export const readMd5: HashReader = (encoded) => read(encoded, 'md5', 32)

/** Reads the other form of `unsalted_md5`: only 32 hex digits, from before Django 1.0. */
export const readBareMd5: HashReader = (encoded) => readMd5(`md5$$${encoded}`)

function read(encoded: string, algorithm: 'sha1' | 'md5', digits: number): StoredHash | undefined {
  const [, salt, digest = '', ...others] = encoded.split('$')
  if (others.length > 0 || digest.length !== digits || !/^[0-9a-f]+$/.test(digest)) return undefined
  return {
    kind: salt === '' ? `unsalted_${algorithm}` : algorithm,
    // Takes microseconds: the thread pool would take longer.
    matches: async (password) =>
      equalInConstantTime(Buffer.from(hash(algorithm, `${salt}${password}`, 'hex')), Buffer.from(digest)),
  }
}
