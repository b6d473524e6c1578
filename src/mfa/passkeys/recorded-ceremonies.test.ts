import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemRandom } from '../../platform/random.ts'
import type { HeldFactor } from '../factor.ts'
import { createPasskeyFactor } from './passkey-factor.ts'

type Response = Record<'clientDataJSON' | 'attestationObject' | 'authenticatorData' | 'signature', string>
type Credential = { id: string; rawId: string; response: Response & { userHandle?: string } }
type Ceremony = { algorithm: string; attestation: string; registration: Credential; authentication: Credential }
type Recorded = {
  origin: string
  rpId: string
  userHandle: string
  challenges: { registration: string; authentication: string }
  ceremonies: Ceremony[]
}

const file = join(import.meta.dirname, '../../../test/vectors/webauthn/ceremonies.json')
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded
const { challenges, userHandle, ceremonies } = recorded

const factorAt = (origin: string, id = recorded.rpId) =>
  createPasskeyFactor({ party: { id, name: 'Recorded', origins: [origin] }, random: systemRandom })
const factor = factorAt(recorded.origin)

const held = (data: string): HeldFactor => ({
  id: 'a',
  accountId: 1,
  type: 'passkey',
  name: '',
  createdAt: 0,
  confirmedAt: 0,
  lastUsedAt: undefined,
  version: 1,
  removesAt: undefined,
  data,
})

const finish = (credential: unknown, challenge = challenges.registration, by = factor) =>
  by.finish(held(JSON.stringify({ challenge, userHandle })), { credential }, 0)

/** The registered passkey of a ceremony. */
async function registered({ registration }: Ceremony): Promise<HeldFactor> {
  const enrolled = await finish(registration)
  if (enrolled === undefined) throw new Error('the recorded registration was refused')
  return held(enrolled.data)
}

const verify = (passkey: HeldFactor, credential: unknown, challenge = challenges.authentication, by = factor) =>
  by.verify([passkey], { credential }, challenge, 0)

/** The same answer with one of its bytes changed. */
function bent<Name extends keyof Response>(credential: Credential, name: Name, at: number): Credential {
  const bytes = Buffer.from(credential.response[name], 'base64url')
  const index = at < 0 ? bytes.length + at : at
  bytes[index] = (bytes[index] ?? 0) ^ 1
  return { ...credential, response: { ...credential.response, [name]: bytes.toString('base64url') } }
}

describe.each(ceremonies)('a recorded ceremony with $algorithm and $attestation attestation', (ceremony) => {
  const { registration, authentication, algorithm, attestation } = ceremony

  it('registers and proves its passkey', async () => {
    const passkey = await registered(ceremony)
    expect(JSON.parse(passkey.data)).toMatchObject({ credentialId: registration.id, userHandle })
    const proven = await verify(passkey, authentication)
    expect(proven?.amr).toContain('mfa')
  })

  it('proves nothing for another challenge, origin, RP ID or passkey', async () => {
    const passkey = await registered(ceremony)
    expect(await verify(passkey, authentication, challenges.registration)).toBeUndefined()
    expect(await verify(passkey, authentication, undefined, factorAt('http://localhost'))).toBeUndefined()
    expect(await verify(passkey, authentication, undefined, factorAt(recorded.origin, 'example.org'))).toBeUndefined()
    expect(await finish(registration, challenges.authentication)).toBeUndefined()
    expect(await finish(registration, undefined, factorAt('https://localhost'))).toBeUndefined()
    expect(await finish(registration, undefined, factorAt(recorded.origin, 'example.org'))).toBeUndefined()
    for (const other of ceremonies.filter((one) => one !== ceremony)) {
      expect(await verify(await registered(other), authentication)).toBeUndefined()
      const disguised = { ...authentication, id: other.registration.id, rawId: other.registration.id }
      expect(await verify(await registered(other), disguised)).toBeUndefined()
    }
  })

  it('proves nothing if any part was changed, or belongs to the other half of the ceremony', async () => {
    const passkey = await registered(ceremony)
    for (const at of [0, 32, 33, 36, -1]) {
      expect(await verify(passkey, bent(authentication, 'authenticatorData', at))).toBeUndefined()
    }
    for (const at of [2, 12, 30, -2]) {
      expect(await verify(passkey, bent(authentication, 'clientDataJSON', at))).toBeUndefined()
    }
    for (const at of [8, 20, -1]) expect(await verify(passkey, bent(authentication, 'signature', at))).toBeUndefined()
    expect(await verify(passkey, registration, challenges.registration)).toBeUndefined()
    expect(await finish(authentication, challenges.authentication)).toBeUndefined()
    // The statement of an attestation is signed, if there is one.
    if (attestation === 'none') return
    const attested = { ...bent(registration, 'clientDataJSON', -2) }
    expect(await finish(attested)).toBeUndefined()
  })

  it('is refused wherever its CBOR is truncated', async () => {
    const bytes = Buffer.from(registration.response.attestationObject, 'base64url')
    const step = Math.ceil(bytes.length / 40)
    for (let length = 0; length < bytes.length; length += step) {
      const attestationObject = bytes.subarray(0, length).toString('base64url')
      const cut = { ...registration, response: { ...registration.response, attestationObject } }
      expect([algorithm, length, await finish(cut)]).toEqual([algorithm, length, undefined])
    }
  })
})
