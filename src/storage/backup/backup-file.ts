import { createCipheriv, createDecipheriv } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Seal } from '../../platform/seal.ts'
import type { DatabaseKind } from '../database.ts'

/** A backup cannot be made, read or restored. The message says why, and what to do. */
export class BackupError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'BackupError'
  }
}

/** The first line of a backup, in the clear. */
export type BackupHeader = {
  latchkey_backup: 1
  id: string
  kind: DatabaseKind
  /** Epoch milliseconds. */
  created_at: number
  /** The key of this one file, sealed under SECRET_KEY. */
  key: string
}

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Longer than any header; what has no line break by then is something else. */
const HEADER_LIMIT = 4_096

/** What is encrypted, and with which random bytes. */
type WriteParts = {
  path: string
  kind: DatabaseKind
  createdAt: number
  /** 44 random bytes: the key of this file, and the nonce of its one text. */
  randomBytes: Buffer
  id: string
  seal: Seal
  content: Readable
}

/**
 * Writes a backup: a header, the content in AES-256-GCM, and its tag, which the header is bound to. Only the owner may read
 * it. It appears under its name once it is whole.
 */
export async function writeBackup({
  path,
  kind,
  createdAt,
  randomBytes,
  id,
  seal,
  content,
}: WriteParts): Promise<void> {
  const key = randomBytes.subarray(0, 32)
  const nonce = randomBytes.subarray(32, 32 + NONCE_BYTES)
  const sealed = seal.seal(Buffer.concat([key, nonce]).toString('base64url'), `backup:${id}`)
  const header: BackupHeader = { latchkey_backup: 1, id, kind, created_at: createdAt, key: sealed }
  const line = `${JSON.stringify(header)}\n`
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(line))
  const part = `${path}.part`
  try {
    const file = createWriteStream(part, { flags: 'wx', mode: 0o600 })
    file.write(line)
    await pipeline(content, cipher, file, { end: true })
    const whole = await open(part, 'a')
    await whole.write(cipher.getAuthTag())
    await whole.datasync()
    await whole.close()
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** Reads the header of a backup. @throws BackupError if the file is something else */
export async function readHeader(path: string): Promise<{ header: BackupHeader; line: Buffer; size: number }> {
  const file = await open(path, 'r').catch((error: Error) => {
    throw new BackupError(`${path} cannot be read: ${error.message}`, error)
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_LIMIT), 0, HEADER_LIMIT, 0)
    const end = buffer.subarray(0, bytesRead).indexOf('\n')
    const line = buffer.subarray(0, end + 1)
    const { size } = await stat(path)
    const header = parseHeader(line.toString('utf8'))
    if (end === -1 || header === undefined || size < line.length + TAG_BYTES) {
      throw new BackupError(`${path} is not a backup of Latchkey, or not a whole one`)
    }
    return { header, line, size }
  } finally {
    await file.close()
  }
}

/**
 * Decrypts the content of a backup into a new file that only the owner may read, and checks all of it. If it was changed
 * or cut short, the file is removed again.
 *
 * @throws BackupError
 */
export async function readBackup(path: string, target: string, seal: Seal): Promise<BackupHeader> {
  const { header, line, size } = await readHeader(path)
  const secret = Buffer.from(openKey(seal, header), 'base64url')
  const [key, nonce] = [secret.subarray(0, 32), secret.subarray(32)]
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(line)
  decipher.setAuthTag(await readTag(path, size))
  try {
    await pipeline(
      createReadStream(path, { start: line.length, end: Math.max(line.length, size - TAG_BYTES - 1) }),
      decipher,
      createWriteStream(target, { flags: 'wx', mode: 0o600 }),
    )
  } catch (error) {
    await rm(target, { force: true })
    throw new BackupError(`${path} is damaged: its content is not what was written. Use another backup`, error)
  }
  return header
}

function openKey(seal: Seal, { id, key }: BackupHeader): string {
  try {
    return seal.open(key, `backup:${id}`).plain
  } catch (error) {
    throw new BackupError('this backup was made under another SECRET_KEY. Add that one to SECRET_KEY_FALLBACKS', error)
  }
}

async function readTag(path: string, size: number): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    return (await file.read(Buffer.alloc(TAG_BYTES), 0, TAG_BYTES, size - TAG_BYTES)).buffer
  } finally {
    await file.close()
  }
}

function parseHeader(line: string): BackupHeader | undefined {
  try {
    const header = JSON.parse(line) as Partial<BackupHeader> | null
    return header?.latchkey_backup === 1 ? (header as BackupHeader) : undefined
  } catch {
    return undefined
  }
}
