import type { Seal } from '../platform/seal.ts'
import type { FactorType, HeldFactor } from './factor.ts'
import { type PortablePasskey, passkeyOf } from './passkeys/passkey-factor.ts'
import type { PortableRecoveryCodes } from './recovery-codes/recovery-code-factor.ts'
import { exportTotp, importTotp, type PortableTotp } from './totp/totp-factor.ts'

/** Everything that another server needs to verify a factor. The secret of an authenticator app is not encrypted. */
type PortableProof =
  | ({ type: 'totp' } & PortableTotp)
  | ({ type: 'passkey' } & PortablePasskey)
  | ({ type: 'recovery_code' } & PortableRecoveryCodes)
  | { type: 'mailed_code' }

/** A confirmed factor in an export. Times are epoch milliseconds. */
export type PortableFactor = Pick<HeldFactor, 'id' | 'name' | 'createdAt' | 'lastUsedAt' | 'removesAt'> & {
  proof: PortableProof
}

/** A trusted device in an export. Only the digest of its token is known here. */
export type PortableDevice = {
  id: string
  digest: string
  createdAt: number
  expiresAt: number
  address: string
  userAgent: string
}

/** The factors whose export contains a secret with which anyone can prove them. */
export const secretFactorTypes = ['totp'] as const satisfies readonly FactorType[]

/** The export of an enrolled factor. @throws Error if its secret was encrypted under an unknown SECRET_KEY */
export function exportFactor(held: HeldFactor, seal: Pick<Seal, 'open'>): PortableFactor {
  const { id, name, createdAt, lastUsedAt, removesAt } = held
  return { id, name, createdAt, lastUsedAt, removesAt, proof: proofOf(held, seal) }
}

function proofOf(held: HeldFactor, seal: Pick<Seal, 'open'>): PortableProof {
  switch (held.type) {
    case 'totp':
      return { type: 'totp', ...exportTotp(held, seal) }
    case 'passkey':
      return { type: 'passkey', ...passkeyOf(held) }
    case 'recovery_code':
      return { type: 'recovery_code', ...(JSON.parse(held.data) as PortableRecoveryCodes) }
    case 'mailed_code':
      return { type: 'mailed_code' }
  }
}

/** The row to store for an exported factor. @param id of the factor here, which its secret is encrypted for */
export function storedFactor(
  { proof }: PortableFactor,
  id: string,
  seal: Pick<Seal, 'seal'>,
): { data: string; lookupKey: string | undefined; userHandle: string | undefined } {
  const { type: _, ...data } = proof
  const none = { lookupKey: undefined, userHandle: undefined }
  switch (proof.type) {
    case 'totp':
      return { data: importTotp(proof, id, seal), ...none }
    case 'passkey':
      return { data: JSON.stringify(data), lookupKey: proof.credentialId, userHandle: proof.userHandle }
    case 'recovery_code':
    case 'mailed_code':
      return { data: JSON.stringify(data), ...none }
  }
}
