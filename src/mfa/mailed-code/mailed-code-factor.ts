import type { Random } from '../../platform/random.ts'
import { type Factor, type HeldFactor, placeOfFactor } from '../factor.ts'
import { createMailedCode, isMailedCode, MAILED_CODE_LIFETIME_MS } from './mailed-code.ts'

/** @param code of a pending enrolment; an enrolled factor has no data */
type Pending = { code: string; at: number }

/**
 * A code by email. An enrolment or a challenge begins with a mailed code; its state is stored encrypted, and an
 * enrolment is valid for ten minutes.
 */
export function createMailedCodeFactor({
  random,
  isOn,
  seal,
}: {
  random: Random
  /** Whether mail can be sent and MAILED_CODES allows it. */
  isOn: boolean
  seal: { seal(plain: string, place: string): string; open(sealed: string, place: string): { plain: string } }
}): Factor {
  const isRight = (state: string, presented: string | undefined, now: number) => {
    if (state === '') return false
    const { code, at } = JSON.parse(state) as Pending
    return now < at + MAILED_CODE_LIFETIME_MS && isMailedCode(code, presented)
  }
  const makeCode = (now: number): Pending => ({ code: createMailedCode(random), at: now })

  return {
    type: 'mailed_code',
    isGuessable: true,
    most: 1,
    unavailable: ({ email, isEmailVerified }) => (isOn && email !== '' && isEmailVerified ? undefined : 'no_mail'),
    async enrol(owner, id, _held, now) {
      const made = makeCode(now)
      return {
        state: seal.seal(JSON.stringify(made), placeOfFactor(id)),
        answer: { sent_to: masked(owner.email) },
        mail: { code: made.code, lifetimeMs: MAILED_CODE_LIFETIME_MS },
      }
    },
    async finish(pending, { code }, now) {
      const state = seal.open(pending.data, placeOfFactor(pending.id)).plain
      return isRight(state, code, now) ? { data: '{}', amr: ['otp'] } : undefined
    },
    async challenge(_held: readonly HeldFactor[], owner, now) {
      const made = makeCode(now)
      return {
        state: JSON.stringify(made),
        answer: { sent_to: masked(owner.email) },
        mail: { code: made.code, lifetimeMs: MAILED_CODE_LIFETIME_MS },
      }
    },
    async verify([held], { code }, state, now) {
      return held !== undefined && isRight(state, code, now)
        ? { factor: held, data: held.data, amr: ['otp'] }
        : undefined
    },
    describe: () => ({}),
  }
}

/** Enough of an address for its owner to recognise it. */
function masked(email: string): string {
  return `${email.slice(0, 1)}…${email.slice(email.lastIndexOf('@'))}`
}
