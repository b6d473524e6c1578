import { type Account, isActive } from '../accounts/account.ts'
import { confirmLogin, findAccountByUsername } from '../accounts/account-store.ts'
import type { UsernameRule } from '../accounts/username.ts'
import { recordEvent } from '../audit/audit-store.ts'
import type { LoginFailure } from '../audit/events.ts'
import { AuthError } from '../errors.ts'
import type { PasswordCheck } from '../passwords/password-check.ts'
import { findPasswordHash, upgradePasswordHash } from '../passwords/password-store.ts'
import type { Clock } from '../platform/clock.ts'
import { type Random, randomId } from '../platform/random.ts'
import { refreshExpiry, type Session } from '../sessions/session.ts'
import { startSession } from '../sessions/session-store.ts'
import type { Database } from '../storage/database.ts'
import type { TokenIssuer, TokenPair } from '../tokens/token-issuer.ts'
import { actingAccount, actingStranger, type RequestOrigin } from './caller.ts'

export type LoginParts = {
  database: Database
  clock: Clock
  random: Random
  passwords: PasswordCheck
  issuer: TokenIssuer
  usernameRule: UsernameRule
  settings: { updateLastLogin: boolean; refreshTokenLifetimeMs: number; sessionLifetimeMs: number | undefined }
}

/**
 * Proves a password and starts a session. An unknown name, a wrong password and an inactive account are one refusal, after
 * the same work. The password is checked outside the transaction; that it still holds is confirmed inside it.
 *
 * @throws AuthError `no_active_account`, `overloaded`
 */
export type Login = (credentials: { username: string; password: string }, origin: RequestOrigin) => Promise<TokenPair>

export function createLogin(parts: LoginParts): Login {
  const { database, clock, random, passwords, issuer, usernameRule, settings } = parts

  function newSession(account: Account, origin: RequestOrigin, now: number): Session {
    const expiresAt = settings.sessionLifetimeMs === undefined ? undefined : now + settings.sessionLifetimeMs
    return {
      id: randomId(random),
      accountId: account.id,
      createdAt: now,
      expiresAt,
      refreshSeed: randomId(random),
      refreshGeneration: 0,
      refreshedAt: now,
      refreshExpiresAt: refreshExpiry(now, settings.refreshTokenLifetimeMs, expiresAt),
      endedAt: undefined,
      endReason: undefined,
      address: origin.address,
      userAgent: origin.userAgent,
      amr: ['pwd'],
    }
  }

  async function refuse(
    account: Account | undefined,
    reason: LoginFailure,
    origin: RequestOrigin,
    now: number,
  ): Promise<never> {
    await database.inTransaction((tx) =>
      recordEvent(tx, now, 'login.failed', { accountId: account?.id, reason, origin: actingStranger(origin) }),
    )
    throw new AuthError('no_active_account', { detail: reason })
  }

  return async ({ username, password }, origin) => {
    const now = clock.now()
    const account = await findAccountByUsername(database.read, username, usernameRule)
    // For an account that may not log in the check does what it does for none: the answer tells nothing, nor does the time.
    const storedHash = account && isActive(account) ? await findPasswordHash(database.read, account.id) : undefined
    const { matches, needsRehash } = await passwords.check(password, storedHash)
    if (account === undefined) return refuse(account, 'unknown_account', origin, now)
    if (!isActive(account)) return refuse(account, 'inactive_account', origin, now)
    if (!matches || storedHash === undefined) return refuse(account, 'wrong_password', origin, now)
    const betterHash = needsRehash ? await passwords.hash(password) : undefined
    const session = newSession(account, origin, now)
    const isStarted = await database.inTransaction(async (tx) => {
      if (!(await confirmLogin(tx, account, settings.updateLastLogin ? now : undefined))) return false
      if (betterHash !== undefined) await upgradePasswordHash(tx, account.id, storedHash, betterHash)
      await startSession(tx, session)
      await recordEvent(tx, now, 'login.succeeded', {
        accountId: account.id,
        sessionId: session.id,
        amr: session.amr,
        origin: actingAccount(account.id, origin),
      })
      return true
    })
    // Password or state changed while the password was being checked.
    if (!isStarted) return refuse(account, 'wrong_password', origin, now)
    return issuer.issuePair(session, now)
  }
}
