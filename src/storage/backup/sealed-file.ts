import { createCipheriv, createDecipheriv } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileFault } from '../../platform/file-fault.ts'
import { isError } from '../../platform/is-error.ts'
import { BackupError } from './backup-error.ts'

const CIPHER = 'aes-256-gcm'
const TAG_BYTES = 16
/** Longer than any header. A file without a line break up to here is something else. */
const HEADER_LIMIT = 4_096

/** The key and the nonce of one file: 32 and 12 bytes. They encrypt nothing else. */
export type FileKey = { key: Buffer; nonce: Buffer }

/** The beginning of a sealed file, and its total size. */
type SealedFile = { path: string; header: unknown; line: Buffer; size: number }

/**
 * Writes a file: a plain header of one line of JSON, the content in AES-256-GCM, and its tag, which also authenticates
 * the header. See `writeWhole`.
 */
export async function writeSealedFile(
  path: string,
  header: object,
  { key, nonce }: FileKey,
  content: Readable,
): Promise<void> {
  const line = `${JSON.stringify(header)}\n`
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(line))
  async function* whole(encrypted: AsyncIterable<Buffer>) {
    yield line
    yield* encrypted
    yield cipher.getAuthTag()
  }
  await writeWhole(path, (file) => pipeline(content, cipher, whole, file))
}

/** Writes a file that only its owner may read, and that appears under its name when it is complete. */
export async function writeWhole(path: string, write: (file: Writable) => Promise<void>): Promise<void> {
  const part = `${path}.part`
  await fillNewFile(part, write)
  await rename(part, path)
}

/** Reads the beginning of a sealed file. Undefined if it is something else, or incomplete. @throws BackupError */
export async function readSealedFile(path: string): Promise<SealedFile | undefined> {
  const file = await open(path, 'r').catch((error: Error) => {
    throw new BackupError(`${path} ${fileFault(error)}`, error)
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_LIMIT), 0, HEADER_LIMIT, 0)
    const line = buffer.subarray(0, buffer.subarray(0, bytesRead).indexOf('\n') + 1)
    const { size } = await file.stat()
    const header = parse(line.toString('utf8'))
    return header === undefined || size < line.length + TAG_BYTES ? undefined : { path, header, line, size }
  } finally {
    await file.close()
  }
}

/**
 * Decrypts the content into a new file that only its owner may read, and verifies all of it. If it was changed or
 * truncated, the new file is removed.
 *
 * @param fault the message of that error
 * @throws BackupError
 */
export async function openSealedFile(
  { path, line, size }: SealedFile,
  { key, nonce }: FileKey,
  target: string,
  fault: string,
): Promise<void> {
  const end = size - TAG_BYTES
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(line)
  await fillNewFile(target, async (file) => {
    try {
      decipher.setAuthTag(await readTag(path, end))
      const content = createReadStream(path, { start: line.length, end: Math.max(line.length, end - 1) })
      await pipeline(content, decipher, file)
    } catch (error) {
      throw new BackupError(fault, error)
    }
  })
}

/** Fills a new file, and removes it if that fails. An existing file stays as it is. */
async function fillNewFile(path: string, fill: (file: Writable) => Promise<void>): Promise<void> {
  const handle = await open(path, 'wx', 0o600).catch((error: unknown) => {
    const exists = isError(error) && 'code' in error && error.code === 'EEXIST'
    if (exists) throw new BackupError(`${path} exists already. Choose another name, or delete it`, error)
    throw new BackupError(`${path.replace(/\.part$/, '')} ${fileFault(error, 'written')}`, error)
  })
  // Closes the file at the end, or after a failure.
  const file = handle.createWriteStream({ flush: true })
  try {
    await fill(file)
  } catch (error) {
    file.destroy()
    await rm(path, { force: true })
    throw error
  }
}

/**
 * Decrypts the content as it is read, without writing it anywhere. Data that is read before the end is not verified
 * yet: read the complete content once before you rely on any of it.
 */
export function decryptSealedFile({ path, line, size }: SealedFile, { key, nonce }: FileKey, fault: string): Readable {
  const end = size - TAG_BYTES
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(line)
  async function* decrypted() {
    try {
      decipher.setAuthTag(await readTag(path, end))
      for await (const chunk of createReadStream(path, { start: line.length, end: Math.max(line.length, end - 1) })) {
        yield decipher.update(chunk)
      }
      yield decipher.final()
    } catch (error) {
      throw new BackupError(fault, error)
    }
  }
  return Readable.from(decrypted(), { objectMode: false })
}

async function readTag(path: string, position: number): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    return (await file.read(Buffer.alloc(TAG_BYTES), 0, TAG_BYTES, position)).buffer
  } finally {
    await file.close()
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
