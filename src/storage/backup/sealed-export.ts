import { createCipheriv, createDecipheriv, scryptSync } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { BackupError } from './backup-file.ts'

const CIPHER = 'aes-256-gcm'
const TAG_BYTES = 16
const HEADER_LIMIT = 1_024
/** OWASP's minimum for scrypt: 128 MiB. */
const COST = { N: 131_072, r: 8, p: 1, maxmem: 268_435_456 }

/**
 * Writes text to a new file that only its owner may read, and that appears under its name once it is whole.
 *
 * @param sealing undefined: in the clear. `drawn`: 28 random bytes. Otherwise encrypted under a passphrase: a header line in JSON with the salt and the
 *   nonce, then AES-256-GCM with the header as additional data, then its tag. The key comes from scrypt (N=2^17, r=8, p=1)
 */
export async function writeExport(
  path: string,
  content: Readable,
  sealing: { passphrase: string; drawn: Buffer } | undefined,
): Promise<void> {
  const part = `${path}.part`
  try {
    const file = createWriteStream(part, { flags: 'wx', mode: 0o600 })
    if (sealing === undefined) await pipeline(content, file)
    else {
      const salt = sealing.drawn.subarray(0, 16)
      const nonce = sealing.drawn.subarray(16, 28)
      const header = { latchkey_export: 1, salt: salt.toString('base64url'), nonce: nonce.toString('base64url') }
      const line = `${JSON.stringify(header)}\n`
      const cipher = createCipheriv(CIPHER, keyOf(sealing.passphrase, salt), nonce).setAAD(Buffer.from(line))
      file.write(line)
      await pipeline(content, cipher, file)
      const whole = await open(part, 'a')
      await whole.write(cipher.getAuthTag())
      await whole.datasync()
      await whole.close()
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** Decrypts an export into a new file. @throws BackupError if the passphrase is wrong or the file was changed */
export async function openExport(path: string, target: string, passphrase: string): Promise<void> {
  const file = await open(path, 'r').catch((error: Error) => {
    throw new BackupError(`${path} cannot be read: ${error.message}`, error)
  })
  const { size } = await stat(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_LIMIT), 0, HEADER_LIMIT, 0)
  const { buffer: tag } = await file.read(Buffer.alloc(TAG_BYTES), 0, TAG_BYTES, Math.max(0, size - TAG_BYTES))
  await file.close()
  const line = buffer.subarray(0, buffer.subarray(0, bytesRead).indexOf('\n') + 1)
  const header = parseHeader(line.toString('utf8'))
  if (header === undefined) throw new BackupError(`${path} is not an encrypted export of Latchkey`)
  const key = keyOf(passphrase, Buffer.from(header.salt, 'base64url'))
  const decipher = createDecipheriv(CIPHER, key, Buffer.from(header.nonce, 'base64url')).setAAD(line).setAuthTag(tag)
  try {
    const encrypted = createReadStream(path, { start: line.length, end: size - TAG_BYTES - 1 })
    await pipeline(encrypted, decipher, createWriteStream(target, { flags: 'wx', mode: 0o600 }))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new BackupError(`${target} exists already. Choose another name`)
    }
    await rm(target, { force: true })
    throw new BackupError('the passphrase is wrong, or the file was changed', error)
  }
}

function keyOf(passphrase: string, salt: Buffer): Buffer {
  return scryptSync(passphrase.normalize('NFC'), salt, 32, COST)
}

function parseHeader(line: string): { salt: string; nonce: string } | undefined {
  try {
    const header: unknown = JSON.parse(line)
    const isHeader = typeof header === 'object' && header !== null && 'latchkey_export' in header
    return isHeader ? (header as unknown as { salt: string; nonce: string }) : undefined
  } catch {
    return undefined
  }
}
