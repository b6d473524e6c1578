import { Type } from 'typebox'
import type { ShownFactor } from '../../../flows/mfa/own-factors.ts'
import { factorTypes } from '../../../mfa/factor.ts'
import type { TrustedDevice } from '../../../mfa/trusted-device-store.ts'
import { deviceName } from '../../../sessions/device-name.ts'
import { orNull, timeSchema, wireTime } from '../wire.ts'

/** Which factor. */
export const factorType = Type.Enum([...factorTypes], { description: 'Which kind of factor' })

/** The token of a login or a session that waits for a proof. */
export const challengeToken = Type.String({
  minLength: 1,
  maxLength: 1_000,
  description: 'Identifies the unfinished login or step-up',
})

/** No authenticator creates anything longer. This stops bodies of megabytes. */
const BASE64_LIMIT = 40_000
const base64 = Type.String({ maxLength: BASE64_LIMIT, pattern: '^[A-Za-z0-9_-]*$' })

/** `PublicKeyCredential.toJSON()` (WebAuthn Level 3 §5.1): of a registration or of an authentication. */
const credential = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 1_400, pattern: '^[A-Za-z0-9_-]+$' }),
    rawId: Type.String({ minLength: 1, maxLength: 1_400, pattern: '^[A-Za-z0-9_-]+$' }),
    type: Type.Literal('public-key'),
    response: Type.Object({
      clientDataJSON: base64,
      attestationObject: Type.Optional(base64),
      authenticatorData: Type.Optional(base64),
      signature: Type.Optional(base64),
      userHandle: Type.Optional(Type.Union([base64, Type.Null()])),
      transports: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10 })),
    }),
    clientExtensionResults: Type.Optional(Type.Object({})),
    authenticatorAttachment: Type.Optional(Type.Union([Type.String({ maxLength: 40 }), Type.Null()])),
  },
  { description: 'What `navigator.credentials` returned, as JSON (`PublicKeyCredential.toJSON()`)' },
)

/** The proof of a factor. */
export const proofFields = {
  code: Type.Optional(
    Type.String({ minLength: 1, maxLength: 40, description: 'Of an app, an email or a recovery code' }),
  ),
  credential: Type.Optional(credential),
}

/** The members that every kind of factor has. */
export const factorMembers = {
  id: Type.String(),
  type: factorType,
  name: Type.String({ description: 'The name that the owner gave it; may be empty' }),
  created_at: timeSchema,
  last_used_at: orNull(timeSchema),
  removes_at: orNull(
    Type.String({
      format: 'date-time',
      description: "When an administrator's removal takes effect; the owner can cancel it",
    }),
  ),
}

/** A factor without its secrets. */
export const factorSchema = Type.Object({
  ...factorMembers,
  codes_left: Type.Optional(Type.Integer({ description: 'Recovery codes that were not used' })),
  is_issued: Type.Optional(Type.Boolean({ description: 'Whether an administrator issued this recovery code' })),
  credential_id: Type.Optional(Type.String({ description: 'Of a passkey' })),
  is_syncable: Type.Optional(Type.Boolean({ description: 'Whether the passkey can be on several devices' })),
  is_backed_up: Type.Optional(Type.Boolean({ description: 'Whether the passkey is on several devices' })),
})

/** A factor in the form of `factorMembers`. */
export function presentFactorMembers(factor: ShownFactor['factor']) {
  return {
    id: factor.id,
    type: factor.type,
    name: factor.name,
    created_at: wireTime(factor.confirmedAt ?? factor.createdAt),
    last_used_at: wireTime(factor.lastUsedAt),
    removes_at: wireTime(factor.removesAt),
  }
}

/** A factor in the form of `factorSchema`. */
export function presentFactor({ factor, facts }: ShownFactor) {
  return { ...presentFactorMembers(factor), ...facts }
}

/** A device that is not asked for a second factor. */
export const trustedDeviceSchema = Type.Object({
  id: Type.String(),
  created_at: timeSchema,
  expires_at: timeSchema,
  address: Type.String(),
  device: Type.String({ description: 'Derived from its `User-Agent`; a hint, not proof' }),
})

/** A device in the form of `trustedDeviceSchema`. */
export function presentTrustedDevice({ id, createdAt, expiresAt, address, userAgent }: TrustedDevice) {
  const times = { created_at: wireTime(createdAt), expires_at: wireTime(expiresAt) }
  return { id, ...times, address, device: deviceName(userAgent) }
}
