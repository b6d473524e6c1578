import type { Readable } from 'node:stream'
import type { Seal } from '../../platform/seal.ts'
import type { DatabaseKind } from '../database.ts'
import { BackupError } from './backup-error.ts'
import { openSealedFile, readSealedFile, writeSealedFile } from './sealed-file.ts'

/** The first line of a backup, in the clear. */
export type BackupHeader = {
  latchkey_backup: 1
  id: string
  kind: DatabaseKind
  /** Epoch milliseconds. */
  created_at: number
  /** The key of this file, sealed under SECRET_KEY. */
  key: string
}

const KEY_BYTES = 32

/** The content to encrypt, and the random bytes to use. */
type WriteParts = {
  path: string
  kind: DatabaseKind
  createdAt: number
  /** 44 random bytes: the key of this file, and the nonce of its only text. */
  secret: Buffer
  id: string
  seal: Seal
  content: Readable
}

/** Writes a backup: see `writeSealedFile`. */
export async function writeBackup(parts: WriteParts): Promise<void> {
  const { path, kind, createdAt, secret, id, seal, content } = parts
  const key = seal.seal(secret.toString('base64url'), `backup:${id}`)
  const header: BackupHeader = { latchkey_backup: 1, id, kind, created_at: createdAt, key }
  await writeSealedFile(path, header, fileKeyOf(secret), content)
}

/** Decrypts the content of a backup into a new file: see `openSealedFile`. @throws BackupError */
export async function readBackup(path: string, target: string, seal: Seal): Promise<BackupHeader> {
  const sealed = await readSealedFile(path)
  if (sealed === undefined || !isBackupHeader(sealed.header)) {
    throw new BackupError(`${path} is not a backup of Latchkey, or is incomplete`)
  }
  const { header } = sealed
  const secret = Buffer.from(openKey(seal, header), 'base64url')
  const fault = `${path} is damaged: its content has changed since it was written. Use another backup`
  await openSealedFile(sealed, fileKeyOf(secret), target, fault)
  return header
}

function fileKeyOf(secret: Buffer) {
  return { key: secret.subarray(0, KEY_BYTES), nonce: secret.subarray(KEY_BYTES) }
}

function openKey(seal: Seal, { id, key }: BackupHeader): string {
  try {
    return seal.open(key, `backup:${id}`).plain
  } catch (error) {
    throw new BackupError('this backup was made under another SECRET_KEY. Add that one to SECRET_KEY_FALLBACKS', error)
  }
}

function isBackupHeader(header: unknown): header is BackupHeader {
  return typeof header === 'object' && header !== null && 'latchkey_backup' in header && header.latchkey_backup === 1
}
