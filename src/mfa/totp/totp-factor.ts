import { Secret, TOTP } from 'otpauth'
import type { Random } from '../../platform/random.ts'
import type { Seal } from '../../platform/seal.ts'
import { type Factor, type HeldFactor, placeOfFactor } from '../factor.ts'

const PERIOD_SECONDS = 30
const DIGITS = 6
/** RFC 4226 §4, R6 recommends 160 bits. */
const SECRET_BYTES = 20

/** @param sealed the secret in base32, encrypted @param lastStep the newest time step whose code was used; null: none */
type Data = { sealed: string; lastStep: number | null }

/** The exported data of an authenticator app. @param secret in base32, not encrypted @param lastStep as in `Data` */
export type PortableTotp = { secret: string; lastStep: number | null }

/** @throws Error if no SECRET_KEY fits */
export function exportTotp({ id, data }: HeldFactor, seal: Pick<Seal, 'open'>): PortableTotp {
  const { sealed, lastStep } = JSON.parse(data) as Data
  return { secret: seal.open(sealed, placeOfFactor(id)).plain, lastStep }
}

/** What is stored for an exported authenticator app. @param id of the factor here */
export function importTotp({ secret, lastStep }: PortableTotp, id: string, seal: Pick<Seal, 'seal'>): string {
  return JSON.stringify({ sealed: seal.seal(secret, placeOfFactor(id)), lastStep } satisfies Data)
}

type TotpParts = {
  seal: Seal
  random: Random
  /** The name of the service in apps. */
  issuer: string
  /** TOTP_LEEWAY_STEPS */
  leewaySteps: number
}

/** Codes of an authenticator app (RFC 6238): six digits, 30 seconds, HMAC-SHA-1, because all apps support that. */
export function createTotpFactor({ seal, random, issuer, leewaySteps }: TotpParts): Factor {
  /** The time step of a code, if the code is right and newer than the last one used (RFC 6238 §5.2). */
  function stepOf(held: HeldFactor, code: string | undefined, now: number): number | undefined {
    const { sealed, lastStep } = JSON.parse(held.data) as Data
    const token = code?.replace(/[\s-]/g, '')
    if (token === undefined || !/^\d{6}$/.test(token)) return undefined
    const secret = Secret.fromBase32(seal.open(sealed, placeOfFactor(held.id)).plain)
    const delta = TOTP.validate({
      token,
      secret,
      digits: DIGITS,
      period: PERIOD_SECONDS,
      timestamp: now,
      window: leewaySteps,
    })
    if (delta === null) return undefined
    const step = TOTP.counter({ period: PERIOD_SECONDS, timestamp: now }) + delta
    return lastStep === null || step > lastStep ? step : undefined
  }

  /**
   * Encrypts the secret again if SECRET_KEY was replaced, so that a use does not write back a text encrypted under the
   * previous one.
   */
  function withStep(held: HeldFactor, lastStep: number): string {
    const { sealed } = JSON.parse(held.data) as Data
    const { plain, needsResealing } = seal.open(sealed, placeOfFactor(held.id))
    const kept = needsResealing ? seal.seal(plain, placeOfFactor(held.id)) : sealed
    return JSON.stringify({ sealed: kept, lastStep } satisfies Data)
  }

  return {
    type: 'totp',
    isGuessable: true,
    most: 5,
    unavailable: () => undefined,
    async enrol(owner, id) {
      const secret = new Secret({ buffer: new Uint8Array(random.bytes(SECRET_BYTES)).buffer })
      const label = owner.username
      const uri = new TOTP({
        issuer,
        label,
        secret,
        digits: DIGITS,
        period: PERIOD_SECONDS,
        algorithm: 'SHA1',
      }).toString()
      const data: Data = { sealed: seal.seal(secret.base32, placeOfFactor(id)), lastStep: null }
      return { state: JSON.stringify(data), answer: { secret: secret.base32, uri } }
    },
    async finish(pending, { code }, now) {
      const step = stepOf(pending, code, now)
      return step === undefined ? undefined : { data: withStep(pending, step), amr: ['otp'] }
    },
    async verify(held, { code }, _state, now) {
      for (const factor of held) {
        const step = stepOf(factor, code, now)
        if (step !== undefined) return { factor, data: withStep(factor, step), amr: ['otp'] }
      }
      return undefined
    },
    describe: () => ({}),
  }
}
