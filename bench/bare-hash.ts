import { randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hashRaw } from '@node-rs/argon2'
import { defaultHashParameters } from '../src/passwords/hash-parameters.ts'
import { defaultHashConcurrency } from '../src/passwords/hash-pool.ts'

const concurrency = defaultHashConcurrency(availableParallelism())
const queue: (() => void)[] = []
let running = 0

/** Runs as many hashes at a time as Latchkey. The others wait in a queue without a limit. */
async function argon2id(password: string, salt: Buffer): Promise<Buffer> {
  if (running < concurrency) running++
  else await new Promise<void>((resolve) => queue.push(resolve))
  const { memoryKib, passes, lanes } = defaultHashParameters
  try {
    return await hashRaw(password, {
      algorithm: 2,
      memoryCost: memoryKib,
      timeCost: passes,
      parallelism: lanes,
      salt,
      outputLen: 32,
    })
  } finally {
    const next = queue.shift()
    if (next === undefined) running--
    else next()
  }
}

/** One argon2id with Latchkey's default parameters. */
export async function hashBarely(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `${salt.toString('base64')}$${(await argon2id(password, salt)).toString('base64')}`
}

/** The same, plus a comparison. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [salt = '', digest = ''] = stored.split('$')
  return timingSafeEqual(await argon2id(password, Buffer.from(salt, 'base64')), Buffer.from(digest, 'base64'))
}
