import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

type CborValue = number | string | Buffer | Map<CborValue, CborValue>

/** CBOR (RFC 8949), as far as authenticators write it. */
function cbor(value: CborValue): Buffer {
  const head = (major: number, size: number): Buffer => {
    if (size < 24) return Buffer.from([(major << 5) | size])
    if (size < 256) return Buffer.from([(major << 5) | 24, size])
    return Buffer.from([(major << 5) | 25, size >> 8, size & 255])
  }
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -value - 1)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)])])
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest()
const base64url = (data: Buffer | string) => Buffer.from(data).toString('base64url')

export type Algorithm = 'ES256' | 'EdDSA' | 'RS256'

/** Deviations from the behaviour of a correct authenticator. */
export type Misbehaviour = {
  origin?: string
  rpId?: string
  challenge?: string
  type?: string
  flags?: number
  counter?: number
  credentialId?: Buffer
  userHandle?: string
  attestation?: 'none' | 'packed'
}

type Options = { challenge: string; rp?: { id: string }; rpId?: string; user?: { id: string } }

const UP = 1
const UV = 4
const AT = 64

/** An authenticator with one passkey, which can also misbehave. */
export function softwareAuthenticator(origin: string, algorithm: Algorithm = 'ES256') {
  const id = randomBytes(16)
  const { publicKey, privateKey } = keyPair(algorithm)
  let userHandle = ''
  let counter = 0

  const clientData = (type: string, challenge: string, wrong: Misbehaviour) =>
    Buffer.from(
      JSON.stringify({
        type: wrong.type ?? type,
        challenge: wrong.challenge ?? challenge,
        origin: wrong.origin ?? origin,
        crossOrigin: false,
      }),
    )

  function authenticatorData(rpId: string, wrong: Misbehaviour, attested: Buffer = Buffer.alloc(0)): Buffer {
    const flags = wrong.flags ?? UP | UV
    const head = Buffer.alloc(5)
    head.writeUInt8(flags | (attested.length > 0 ? AT : 0))
    head.writeUInt32BE(wrong.counter ?? counter, 1)
    return Buffer.concat([sha256(wrong.rpId ?? rpId), head, attested])
  }

  return {
    id,
    /** Counts up, as security keys do. */
    use: () => {
      counter++
    },
    /** The response to a registration (WebAuthn Level 3 §7.1). */
    register(options: Options, wrong: Misbehaviour = {}) {
      userHandle = options.user?.id ?? ''
      const client = clientData('webauthn.create', options.challenge, wrong)
      const credentialId = wrong.credentialId ?? id
      const length = Buffer.alloc(2)
      length.writeUInt16BE(credentialId.length)
      const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, coseKey(publicKey, algorithm)])
      const data = authenticatorData(options.rp?.id ?? '', wrong, attested)
      const format = wrong.attestation ?? 'none'
      const statement = new Map<CborValue, CborValue>()
      if (format === 'packed') {
        const signed = signature(privateKey, algorithm, Buffer.concat([data, sha256(client)]))
        statement.set('alg', coseAlgorithm(algorithm)).set('sig', signed)
      }
      const attestation = new Map<CborValue, CborValue>([
        ['fmt', format],
        ['attStmt', statement],
        ['authData', data],
      ])
      return {
        id: base64url(credentialId),
        rawId: base64url(credentialId),
        type: 'public-key',
        response: { clientDataJSON: base64url(client), attestationObject: base64url(cbor(attestation)) },
        clientExtensionResults: {},
      }
    },
    /** The response to an authentication (WebAuthn Level 3 §7.2). */
    authenticate(options: Options, wrong: Misbehaviour = {}) {
      const client = clientData('webauthn.get', options.challenge, wrong)
      const data = authenticatorData(options.rpId ?? '', wrong)
      const credentialId = wrong.credentialId ?? id
      return {
        id: base64url(credentialId),
        rawId: base64url(credentialId),
        type: 'public-key',
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(signature(privateKey, algorithm, Buffer.concat([data, sha256(client)]))),
          userHandle: wrong.userHandle ?? userHandle,
        },
        clientExtensionResults: {},
      }
    },
  }
}

function keyPair(algorithm: Algorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

function signature(key: KeyObject, algorithm: Algorithm, data: Buffer): Buffer {
  return sign(algorithm === 'EdDSA' ? null : 'sha256', data, key)
}

function coseAlgorithm(algorithm: Algorithm): number {
  return { ES256: -7, EdDSA: -8, RS256: -257 }[algorithm]
}

/** COSE_Key (RFC 9053). */
function coseKey(key: KeyObject, algorithm: Algorithm): Buffer {
  const jwk = key.export({ format: 'jwk' })
  const bytes = (text: string | undefined) => Buffer.from(text ?? '', 'base64url')
  const alg: [CborValue, CborValue] = [3, coseAlgorithm(algorithm)]
  if (algorithm === 'ES256')
    return cbor(new Map<CborValue, CborValue>([[1, 2], alg, [-1, 1], [-2, bytes(jwk.x)], [-3, bytes(jwk.y)]]))
  if (algorithm === 'EdDSA') return cbor(new Map<CborValue, CborValue>([[1, 1], alg, [-1, 6], [-2, bytes(jwk.x)]]))
  return cbor(new Map<CborValue, CborValue>([[1, 3], alg, [-1, bytes(jwk.n)], [-2, bytes(jwk.e)]]))
}
