import { recordEvent } from '../../audit/audit-store.ts'
import { AuthError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { HeldBackList } from '../../rate-limits/held-back.ts'
import type { Limiter } from '../../rate-limits/limiter.ts'
import type { LimitName } from '../../rate-limits/limits.ts'
import type { Database } from '../../storage/database.ts'
import { type Administrator, auditOriginOf } from '../rights/actor.ts'
import { admit } from '../rights/authority.ts'

/**
 * Lifts a limit that blocks a client in this process: it deletes the count, and the client may try again. An
 * administrator needs `limits.change`.
 *
 * @throws AuthError `permission_denied`; `not_found` if this process does not block such a client
 */
export type LiftLimit = (
  limit: LimitName,
  subject: { address: string; accountId: number | undefined },
  administrator: Administrator,
) => Promise<void>

export function createLiftLimit({
  database,
  clock,
  limiter,
  heldBack,
}: {
  database: Database
  clock: Clock
  limiter: Pick<Limiter, 'lift'>
  heldBack: Pick<HeldBackList, 'claimsOf' | 'forget'>
}): LiftLimit {
  return async (limit, subject, administrator) => {
    const claims = heldBack.claimsOf(limit, subject)
    await database.inTransaction(async (tx) => {
      await admit(tx, administrator, 'limits.change')
      if (claims.length === 0) throw new AuthError('not_found')
      const facts = { accountId: subject.accountId, limit, origin: auditOriginOf(administrator) }
      await recordEvent(tx, clock.now(), 'limit.lifted', facts)
    })
    for (const claim of claims) await limiter.lift(claim)
    heldBack.forget(limit, subject)
  }
}
