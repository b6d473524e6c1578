import { isActive } from '../../accounts/account.ts'
import { findAccountsByEmailKey } from '../../accounts/account-email-store.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { emailKey } from '../../accounts/names/email-address.ts'
import type { RequestOrigin } from '../../audit/origin.ts'
import { AuthError } from '../../errors.ts'
import { requestMail } from '../../mail/mail-request-store.ts'
import type { Outbox } from '../../mail/outbox.ts'
import {
  assignChallenge,
  countAttempt,
  findChallenge,
  findWaitingForCode,
  keepChallenge,
  spendChallenge,
} from '../../mfa/challenge-store.ts'
import { createChallenge, placeOfState } from '../../mfa/login-challenge.ts'
import { createMailedCode, isMailedCode, MAILED_CODE_LIFETIME_MS } from '../../mfa/mailed-code/mailed-code.ts'
import type { Clock } from '../../platform/clock.ts'
import { sha256 } from '../../platform/digest.ts'
import type { Random } from '../../platform/random.ts'
import type { Seal } from '../../platform/seal.ts'
import type { Limiter } from '../../rate-limits/limiter.ts'
import { mailedCodeClaim, mailRequestClaim } from '../../rate-limits/limits.ts'
import { networkOf } from '../../rate-limits/network.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { IssuedPair } from '../../tokens/token-issuer.ts'
import type { LoginGate } from '../tokens/login-gate.ts'
import { loginRefusal, refuseLogin } from '../tokens/refuse-login.ts'
import { confirmedFactors, typesOf } from './held-factors.ts'
import { codeMessage, LOGIN_CODE } from './mail-code.ts'

/** How long a request waits before its email is written, so that no response reveals whether there will be one. */
const MAIL_DELAY_MS = 250

/** A login with a code that is mailed to a confirmed address (LOGIN_BY_MAIL). */
export type MailLogin = {
  /**
   * The response is the same for known and unknown addresses, and so is the work until it.
   *
   * @throws AuthError `factor_unavailable` without LOGIN_BY_MAIL, `throttled`
   */
  begin(address: string, origin: RequestOrigin): Promise<{ token: string; expiresInSeconds: number }>
  /** @throws AuthError `second_factor_not_valid`, `challenge_not_valid`, `throttled`, and what the gate throws */
  complete(token: string, code: string, origin: RequestOrigin): Promise<IssuedPair>
}

type MailLoginParts = {
  database: Database
  clock: Clock
  random: Random
  seal: Seal
  outbox: Outbox
  limiter: Limiter
  gate: LoginGate
  settings: { loginByMail: boolean }
}

export function createMailLogin(parts: MailLoginParts): MailLogin {
  const { database, clock, random, seal, outbox, limiter, gate, settings } = parts

  const codeOf = ({ digest, state }: { digest: string; state: string }) =>
    state === '' ? undefined : seal.open(state, placeOfState(digest)).plain

  return {
    async begin(address, origin) {
      if (!settings.loginByMail) throw new AuthError('factor_unavailable')
      const now = clock.now()
      const key = emailKey(address)
      await limiter.admit(mailRequestClaim(LOGIN_CODE, sha256(key ?? address)), { address: origin.address })
      const lifetimeMs = MAILED_CODE_LIFETIME_MS
      const facts = { purpose: 'mail_login', account: undefined, amr: [], emailKey: key ?? '', lifetimeMs } as const
      const { token, challenge } = createChallenge(random, facts, now)
      await database.inTransaction(async (tx) => {
        await keepChallenge(tx, challenge)
        await requestMail(tx, { purpose: LOGIN_CODE, emailKey: key ?? '', accountId: undefined }, now)
      })
      outbox.wake(MAIL_DELAY_MS)
      return { token, expiresInSeconds: lifetimeMs / 1_000 }
    },

    async complete(token, code, origin) {
      const now = clock.now()
      const challenge = await findChallenge(database.read, 'mail_login', token, now)
      if (challenge === undefined) throw new AuthError('challenge_not_valid')
      const counted = await database.inTransaction((tx) => countAttempt(tx, challenge.digest, now))
      if (counted === undefined) throw new AuthError('challenge_not_valid')
      const isRight = await limiter.guard(
        [
          { limit: 'login-per-address', key: networkOf(origin.address) },
          // By the typed address, so that unknown ones are refused like known ones.
          mailedCodeClaim(sha256(counted.emailKey ?? '')),
        ],
        { address: origin.address, accountId: counted.account?.id },
        async () => isMailedCode(codeOf(counted) ?? 'none', code),
        (isRight) => !isRight,
      )
      const account = counted.account && (await findAccount(database.read, counted.account.id))
      const isSame = account !== undefined && account.credentialsVersion === counted.account?.credentialsVersion
      if (!isRight || account === undefined || !isSame) {
        const failed = { accountId: account?.id, reason: 'wrong_mailed_code', factor: 'mailed_code' } as const
        await refuseLogin(database, failed, origin, now)
        throw new AuthError('second_factor_not_valid')
      }
      const outcome = await gate(
        {
          account,
          amr: ['otp'],
          factor: 'mailed_code',
          held: typesOf(await confirmedFactors(database.read, account.id)),
          hasMostSessions: true,
          async alongside(tx) {
            if (!(await spendChallenge(tx, challenge.digest))) throw new AuthError('challenge_not_valid')
          },
        },
        origin,
        now,
      )
      if (outcome.kind === 'refused') throw loginRefusal(outcome)
      return outcome.issued
    },
  }
}

/** Writes the email with the code of a login by email, if its address is the confirmed one of an active account. */
export type PrepareLoginCode = (emailKey: string, now: number) => Promise<(tx: Transaction) => Promise<void>>

export function createPrepareLoginCode({
  database,
  random,
  seal,
  outbox,
}: Pick<MailLoginParts, 'database' | 'random' | 'seal' | 'outbox'>): PrepareLoginCode {
  return async (key, now) => {
    const accounts = await findAccountsByEmailKey(database.read, key)
    const account = accounts.find((one) => isActive(one) && one.emailVerifiedAt !== undefined)
    const digest = await findWaitingForCode(database.read, key, now)
    if (account === undefined || digest === undefined) return async () => {}
    const code = createMailedCode(random)
    const state = seal.seal(code, placeOfState(digest))
    const mail = outbox.prepare(codeMessage(account, { code, lifetimeMs: MAILED_CODE_LIFETIME_MS }, now))
    return async (tx) => {
      if (await assignChallenge(tx, digest, account, state)) await outbox.queue(tx, mail, now)
    }
  }
}
