import type {
  AuthenticationResponseJSON,
  RegistrationResponseJSON,
  VerifiedAuthenticationResponse,
} from '@simplewebauthn/server'
import type { Random } from '../../platform/random.ts'
import type { Factor, HeldFactor, Presented, Proven } from '../factor.ts'
import { authenticatorName } from './authenticator-names.ts'
import type { RelyingParty } from './relying-party.ts'

/** COSE: Ed25519, ES256 and RS256, which cover all authenticators (IANA COSE Algorithms). */
const ALGORITHMS = [-8, -7, -257]

/** WebAuthn Level 3 §13.4.3 requires at least 16 bytes. */
const CHALLENGE_BYTES = 32

type Pending = { challenge: string; userHandle: string }

/** A registered passkey, as it is stored and exported. Nothing in it is secret. */
export type PortablePasskey = {
  credentialId: string
  /** COSE, in base64url. */
  publicKey: string
  counter: number
  transports: string[]
  /** Whether it can be copied to other devices of its owner (BE flag), and has been (BS flag). */
  isSyncable: boolean
  isBackedUp: boolean
  aaguid: string
  userHandle: string
}

/** @param party undefined: passkeys do not work here, because PUBLIC_URL has an IP address */
type PasskeyParts = { party: RelyingParty | undefined; random: Random }

/** The stored data of a passkey. */
export const passkeyOf = (held: HeldFactor) => JSON.parse(held.data) as PortablePasskey

/** Loaded at the first use: it takes longer to load than the rest of the server. */
const webauthn = () => import('@simplewebauthn/server')

/** Passkeys and security keys (WebAuthn Level 3), by `@simplewebauthn/server`. Attestation is not asked for. */
export function createPasskeyFactor({ party, random }: PasskeyParts): Factor {
  function required(): RelyingParty {
    if (party === undefined) throw new Error('passkeys do not work with an IP address')
    return party
  }
  const newChallenge = () => new Uint8Array(random.bytes(CHALLENGE_BYTES))
  const descriptors = (held: readonly HeldFactor[]) =>
    held.map(passkeyOf).map(({ credentialId, transports }) => ({ id: credentialId, transports }))

  async function authenticate(
    passkey: PortablePasskey,
    response: AuthenticationResponseJSON,
    expectedChallenge: string,
  ) {
    const { verifyAuthenticationResponse } = await webauthn()
    const { credentialId, publicKey, transports } = passkey
    return verifyAuthenticationResponse({
      response,
      expectedChallenge,
      expectedOrigin: required().origins,
      expectedRPID: required().id,
      requireUserVerification: false,
      // 0, because the library refuses a counter that went back. Latchkey records that instead, and locks nobody out.
      credential: {
        id: credentialId,
        publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')),
        counter: 0,
        transports,
      },
    })
  }

  function proven(factor: HeldFactor, info: VerifiedAuthenticationResponse['authenticationInfo']): Proven {
    const passkey = passkeyOf(factor)
    const { newCounter, userVerified, credentialBackedUp, credentialDeviceType } = info
    const hasCounterRegressed = passkey.counter > 0 && newCounter <= passkey.counter
    const isSyncable = credentialDeviceType === 'multiDevice'
    const next: PortablePasskey = { ...passkey, isSyncable, isBackedUp: credentialBackedUp, counter: newCounter }
    return { factor, data: JSON.stringify(next), amr: amrOf(isSyncable, userVerified), hasCounterRegressed }
  }

  return {
    type: 'passkey',
    isGuessable: false,
    most: 20,
    unavailable: () => (party === undefined ? 'passkeys_unavailable' : undefined),

    async enrol(owner, _id, held) {
      const { generateRegistrationOptions } = await webauthn()
      const options = await generateRegistrationOptions({
        rpName: required().name,
        rpID: required().id,
        userName: owner.username,
        userDisplayName: owner.displayName,
        userID: new Uint8Array(Buffer.from(owner.userHandle, 'base64url')),
        challenge: newChallenge(),
        attestationType: 'none',
        supportedAlgorithmIDs: ALGORITHMS,
        excludeCredentials: descriptors(held),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      })
      const pending: Pending = { challenge: options.challenge, userHandle: owner.userHandle }
      return { state: JSON.stringify(pending), answer: { options } }
    },

    async finish(pending, { credential }) {
      const { challenge, userHandle } = JSON.parse(pending.data) as Pending
      const { verifyRegistrationResponse } = await webauthn()
      const verified = await attempt(() =>
        verifyRegistrationResponse({
          response: credential as RegistrationResponseJSON,
          expectedChallenge: challenge,
          expectedOrigin: required().origins,
          expectedRPID: required().id,
          requireUserVerification: false,
          supportedAlgorithmIDs: ALGORITHMS,
        }),
      )
      if (verified?.verified !== true || !(await isWholeKey(verified.registrationInfo.credential.publicKey))) {
        return undefined
      }
      const {
        credential: made,
        credentialDeviceType,
        credentialBackedUp,
        aaguid,
        userVerified,
      } = verified.registrationInfo
      const isSyncable = credentialDeviceType === 'multiDevice'
      const passkey: PortablePasskey = {
        credentialId: made.id,
        publicKey: Buffer.from(made.publicKey).toString('base64url'),
        counter: made.counter,
        transports: (made.transports ?? []).filter((one) => typeof one === 'string').slice(0, 10),
        isSyncable,
        isBackedUp: credentialBackedUp,
        aaguid,
        userHandle,
      }
      return {
        data: JSON.stringify(passkey),
        lookupKey: made.id,
        name: authenticatorName(aaguid),
        amr: amrOf(isSyncable, userVerified),
      }
    },

    async challenge(held) {
      const { generateAuthenticationOptions } = await webauthn()
      const options = await generateAuthenticationOptions({
        rpID: required().id,
        challenge: newChallenge(),
        // Without an account, the options name no passkeys; the authenticator finds its own.
        ...(held.length > 0 && { allowCredentials: descriptors(held) }),
        userVerification: held.length > 0 ? 'preferred' : 'required',
      })
      return { state: options.challenge, answer: { options } }
    },

    async verify(held, presented, state) {
      const response = responseOf(presented)
      const factor = held.find((one) => passkeyOf(one).credentialId === response?.id)
      if (party === undefined || factor === undefined || response === undefined || state === '') return undefined
      const { userHandle } = response.response ?? {}
      if (typeof userHandle === 'string' && userHandle !== passkeyOf(factor).userHandle) return undefined
      const result = await attempt(() => authenticate(passkeyOf(factor), response, state))
      return result?.verified === true ? proven(factor, result.authenticationInfo) : undefined
    },

    describe(held) {
      const { credentialId, isSyncable, isBackedUp } = passkeyOf(held)
      return { credential_id: credentialId, is_syncable: isSyncable, is_backed_up: isBackedUp }
    },
  }
}

/** The id of the credential that answers; undefined if the answer has none. */
export function credentialIdOf(presented: Presented): string | undefined {
  return responseOf(presented)?.id
}

function responseOf({ credential }: Presented): AuthenticationResponseJSON | undefined {
  const isObject = typeof credential === 'object' && credential !== null
  return isObject && 'id' in credential && typeof credential.id === 'string'
    ? (credential as AuthenticationResponseJSON)
    : undefined
}

/** COSE (RFC 9053): the numbers of the members of a key, and of its types. */
const [KTY, N, E, X, Y] = [1, -1, -2, -2, -3]
const [OKP, EC2, RSA] = [1, 2, 3]

/**
 * Whether a key has all its bytes. The library accepts a key from a truncated answer, and its owner could never use it.
 */
async function isWholeKey(publicKey: Uint8Array): Promise<boolean> {
  const { decodeCredentialPublicKey } = await import('@simplewebauthn/server/helpers')
  const key: { get(name: number): unknown } = decodeCredentialPublicKey(new Uint8Array(publicKey)) as never
  const sizeOf = (name: number) => {
    const value = key.get(name)
    return value instanceof Uint8Array ? value.length : 0
  }
  switch (key.get(KTY)) {
    case OKP:
      return sizeOf(X) === 32
    case EC2:
      return sizeOf(X) === 32 && sizeOf(Y) === 32
    case RSA:
      return sizeOf(N) >= 256 && sizeOf(E) === 3
    default:
      return false
  }
}

/** RFC 8176 §2: `swk` if software may copy the key, else `hwk`; `mfa` if the authenticator verified its user. */
function amrOf(isSyncable: boolean, isUserVerified: boolean): string[] {
  return [isSyncable ? 'swk' : 'hwk', 'user', ...(isUserVerified ? ['mfa'] : [])]
}

/** Any fault in an authenticator's answer means that it is not a proof. */
async function attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work()
  } catch {
    return undefined
  }
}
