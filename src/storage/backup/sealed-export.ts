import { scryptSync } from 'node:crypto'
import type { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { BackupError } from './backup-error.ts'
import {
  decryptSealedFile,
  type FileKey,
  openSealedFile,
  readSealedFile,
  writeSealedFile,
  writeWhole,
} from './sealed-file.ts'

/** OWASP's minimum for scrypt: 128 MiB. */
const COST = { N: 131_072, r: 8, p: 1, maxmem: 268_435_456 }

/**
 * Writes text to a new file that only its owner may read, and that appears under its name when it is complete.
 *
 * @param sealing undefined: not encrypted. `drawn`: 28 random bytes. Otherwise encrypted under a passphrase: see
 *   `writeSealedFile`. The header contains the salt and the nonce; the key is derived with scrypt (N=2^17, r=8, p=1)
 */
export async function writeExport(
  path: string,
  content: Readable,
  sealing: { passphrase: string; drawn: Buffer } | undefined,
): Promise<void> {
  if (sealing === undefined) {
    await writeWhole(path, (file) => pipeline(content, file))
    return
  }
  const salt = sealing.drawn.subarray(0, 16)
  const nonce = sealing.drawn.subarray(16, 28)
  const header = { latchkey_export: 1, salt: salt.toString('base64url'), nonce: nonce.toString('base64url') }
  await writeSealedFile(path, header, { key: keyOf(sealing.passphrase, salt), nonce }, content)
}

/** Decrypts an export into a new file. @throws BackupError if the passphrase is wrong or the file was changed */
export async function openExport(path: string, target: string, passphrase: string): Promise<void> {
  const sealed = await readSealedFile(path)
  if (sealed === undefined || !isExportHeader(sealed.header)) {
    throw new BackupError(`${path} is not an encrypted export of Latchkey, or is incomplete`)
  }
  await openSealedFile(sealed, fileKeyOf(sealed.header, passphrase), target, FAULT)
}

/** Whether a file is an encrypted export. False if it cannot be read. */
export async function isSealedExport(path: string): Promise<boolean> {
  const sealed = await readSealedFile(path).catch(() => undefined)
  return sealed !== undefined && isExportHeader(sealed.header)
}

/**
 * Verifies an encrypted export without writing any of it.
 *
 * @returns a function that reads its text, from the beginning at each call
 * @throws BackupError if the passphrase is wrong or the file was changed
 */
export async function verifyExport(path: string, passphrase: string): Promise<() => Readable> {
  const sealed = await readSealedFile(path)
  if (sealed === undefined || !isExportHeader(sealed.header)) {
    throw new BackupError(`${path} is not an encrypted export of Latchkey, or is incomplete`)
  }
  const key = fileKeyOf(sealed.header, passphrase)
  const read = () => decryptSealedFile(sealed, key, FAULT)
  await finished(read().resume())
  return read
}

const FAULT = 'the passphrase is wrong, or the file was changed'

function fileKeyOf({ salt, nonce }: { salt: string; nonce: string }, passphrase: string): FileKey {
  return { key: keyOf(passphrase, Buffer.from(salt, 'base64url')), nonce: Buffer.from(nonce, 'base64url') }
}

function keyOf(passphrase: string, salt: Buffer): Buffer {
  return scryptSync(passphrase.normalize('NFC'), salt, 32, COST)
}

function isExportHeader(header: unknown): header is { salt: string; nonce: string } {
  return typeof header === 'object' && header !== null && 'latchkey_export' in header
}
