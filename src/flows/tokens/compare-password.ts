import { type Account, isActive } from '../../accounts/account.ts'
import type { LoginCandidate } from '../../accounts/names/login-candidate-store.ts'
import type { LoginKind } from '../../accounts/names/login-kind.ts'
import type { LoginFailure } from '../../audit/events.ts'
import type { RequestOrigin } from '../../audit/origin.ts'
import { AuthError } from '../../errors.ts'
import { hookAccount, hookRequest } from '../../hooks/hook-account.ts'
import type { HookRunner } from '../../hooks/hook-runner.ts'
import type { PasswordCheck } from '../../passwords/password-check.ts'
import { createRefusalFloor, timer } from '../../passwords/refusal-floor.ts'
import type { Clock } from '../../platform/clock.ts'
import type { MoveIn } from './move-in.ts'

export type LoginCredentials = {
  username: string
  password: string
  /** What a trusted device has kept. Default: nothing. */
  deviceToken?: string | undefined
  /** What the name is. Default: what LOGIN_WITH says. */
  by?: LoginKind
}

/**
 * The result of comparing a password: the account it belongs to, or why it proves nothing. `betterHash` replaces the
 * stored one.
 */
type ComparedPassword =
  | { kind: 'proven'; candidate: LoginCandidate; storedHash: string; betterHash: string | undefined }
  | { kind: 'failed'; account?: Account; reason: LoginFailure }

/**
 * Compares a password with the stored hash. The hook `verifyUnknownPassword`, if there is one, decides about hashes that
 * Latchkey cannot verify, and adds accounts that only the previous system has so far. An unknown name, a wrong password
 * and an inactive account take the same time.
 *
 * @throws AuthError `overloaded`; `unavailable` if the hook failed for an account with such a hash
 */
export type ComparePassword = (
  candidate: LoginCandidate | undefined,
  credentials: LoginCredentials,
  origin: RequestOrigin,
) => Promise<ComparedPassword>

type ComparePasswordParts = {
  clock: Clock
  passwords: PasswordCheck
  hooks: Pick<HookRunner, 'has' | 'verifies'>
  moveIn: MoveIn
  /** Waits for a number of milliseconds. Default: a timer. */
  wait?: (ms: number) => Promise<unknown>
}

export function createComparePassword(parts: ComparePasswordParts): ComparePassword {
  const { clock, passwords, hooks, moveIn, wait = timer } = parts
  const asksFormerSystem = hooks.has('verifyUnknownPassword')
  // The previous system is asked about some names only. Every other refusal takes as long, so that the time does not
  // tell which names those are.
  const floor = createRefusalFloor()

  /** A better hash can wait for the next login: a user with the right password is not turned away for it. */
  async function hashIfThereIsTime(password: string): Promise<string | undefined> {
    try {
      return await passwords.hash(password)
    } catch (error) {
      if (error instanceof AuthError && error.code === 'overloaded') return undefined
      throw error
    }
  }

  /** @param ask asks the previous system, and measures how long that takes */
  async function compare(
    candidate: LoginCandidate | undefined,
    { username, password }: LoginCredentials,
    origin: RequestOrigin,
    ask: <Answer>(question: () => Promise<Answer>) => Promise<Answer>,
  ): Promise<ComparedPassword> {
    const account = candidate?.account
    // An account that may not log in costs the same work as no account: neither response nor time tells them apart.
    const storedHash = account !== undefined && isActive(account) ? candidate?.passwordHash : undefined
    const checked = await passwords.check(password, storedHash)
    if (candidate === undefined || account === undefined) return { kind: 'failed', reason: 'unknown_account' }
    if (!isActive(account)) return { kind: 'failed', account, reason: 'inactive_account' }
    if (storedHash === undefined) return { kind: 'failed', account, reason: 'wrong_password' }
    const event = { username, account: hookAccount(account), request: hookRequest(origin), hash: storedHash, password }
    const isVouchedFor = checked.isUnverifiable && asksFormerSystem && (await ask(() => hooks.verifies(event)))
    if (checked.isUnverifiable && !isVouchedFor) return { kind: 'failed', account, reason: 'unverifiable_hash' }
    if (!checked.matches && !isVouchedFor) return { kind: 'failed', account, reason: 'wrong_password' }
    const betterHash = checked.needsRehash || isVouchedFor ? await hashIfThereIsTime(password) : undefined
    return { kind: 'proven', candidate, storedHash, betterHash }
  }

  return async (candidate, credentials, origin) => {
    let askedMs: number | undefined
    async function ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
      const askedAt = clock.now()
      try {
        return await question()
      } finally {
        askedMs = clock.now() - askedAt
      }
    }
    let compared = await compare(candidate, credentials, origin, ask)
    if (candidate === undefined && asksFormerSystem) {
      const { username, password, by } = credentials
      const moved = await ask(() => moveIn({ username, password, by }, origin))
      if (moved !== undefined) compared = await compare(moved, credentials, origin, ask)
    }
    // Read before this question is measured: a question must not move the floor that hides it.
    const remainingMs = floor.remainingMs(askedMs ?? 0)
    if (askedMs !== undefined) floor.record('former system', askedMs)
    if (compared.kind === 'failed' && asksFormerSystem) await wait(remainingMs)
    return compared
  }
}
