import { type Static, Type } from 'typebox'
import { momentOf } from './account-of.ts'
import type { ForeignFactor } from './foreign-system.ts'

const moment = Type.Optional(Type.Union([Type.String(), Type.Null()]))
const account = Type.Union([Type.Integer({ minimum: 1 }), Type.String({ minLength: 1, maxLength: 255 })])
const id = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })
const base64url = Type.String({ pattern: '^[A-Za-z0-9_-]{1,8192}$' })

const common = {
  type: Type.Literal('factor'),
  account,
  id,
  name: Type.Optional(Type.String({ maxLength: 200 })),
  created_at: moment,
  last_used_at: moment,
  removes_at: moment,
}

const totpLine = Type.Object({
  ...common,
  factor: Type.Literal('totp'),
  // RFC 4648 §6.
  secret: Type.String({ pattern: '^[A-Z2-7]{16,256}$' }),
  last_step: Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.Null()])),
})
const passkeyLine = Type.Object({
  ...common,
  factor: Type.Literal('passkey'),
  credential_id: base64url,
  public_key: base64url,
  counter: Type.Integer({ minimum: 0 }),
  transports: Type.Array(Type.String(), { maxItems: 10 }),
  is_syncable: Type.Boolean(),
  is_backed_up: Type.Boolean(),
  aaguid: Type.String({ maxLength: 64 }),
  user_handle: base64url,
})
const recoveryCodeLine = Type.Object({
  ...common,
  factor: Type.Literal('recovery_code'),
  hashes: Type.Array(Type.Union([Type.String({ pattern: '^argon2\\$' }), Type.Null()]), { minItems: 1, maxItems: 10 }),
  valid_from: moment,
  valid_until: moment,
})
const mailedCodeLine = Type.Object({ ...common, factor: Type.Literal('mailed_code') })
const deviceLine = Type.Object({
  type: Type.Literal('trusted_device'),
  account,
  id,
  digest: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
  created_at: Type.String(),
  expires_at: Type.String(),
  address: Type.Optional(Type.String({ maxLength: 200 })),
  user_agent: Type.Optional(Type.String({ maxLength: 2_000 })),
})

/** The lines of second factors and trusted devices, as `docs/export.schema.json` describes them. */
export const factorLines = [totpLine, passkeyLine, recoveryCodeLine, mailedCodeLine, deviceLine]

type FactorLine =
  | Static<typeof totpLine>
  | Static<typeof passkeyLine>
  | Static<typeof recoveryCodeLine>
  | Static<typeof mailedCodeLine>

/** The content of a line, which must match one of `factorLines`. */
export function factorOfLine(line: unknown): ForeignFactor {
  const given = line as FactorLine | Static<typeof deviceLine>
  const { id, account } = given
  const owner = { key: id, accountKey: String(account) }
  const createdAt = momentOf(given.created_at) ?? 0
  if (given.type === 'trusted_device') {
    const { digest, address = '', user_agent: userAgent = '' } = given
    const expiresAt = momentOf(given.expires_at) ?? 0
    return { ...owner, kind: 'device', device: { id, digest, createdAt, expiresAt, address, userAgent } }
  }
  const { name = '' } = given
  const [lastUsedAt, removesAt] = [momentOf(given.last_used_at), momentOf(given.removes_at)]
  return { ...owner, kind: 'factor', factor: { id, name, createdAt, lastUsedAt, removesAt, proof: proofOf(given) } }
}

function proofOf(given: FactorLine): Extract<ForeignFactor, { kind: 'factor' }>['factor']['proof'] {
  switch (given.factor) {
    case 'totp':
      return { type: given.factor, secret: given.secret, lastStep: given.last_step ?? null }
    case 'passkey':
      return {
        type: given.factor,
        credentialId: given.credential_id,
        publicKey: given.public_key,
        counter: given.counter,
        transports: given.transports,
        isSyncable: given.is_syncable,
        isBackedUp: given.is_backed_up,
        aaguid: given.aaguid,
        userHandle: given.user_handle,
      }
    case 'recovery_code': {
      const [validFrom, validUntil] = [momentOf(given.valid_from), momentOf(given.valid_until)]
      return {
        type: given.factor,
        hashes: given.hashes,
        ...(validFrom !== undefined && { validFrom }),
        ...(validUntil !== undefined && { validUntil }),
      }
    }
    case 'mailed_code':
      return { type: given.factor }
  }
}
