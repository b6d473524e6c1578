import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blankAccount } from '../../../test/support/blank-account.ts'
import { databases } from '../../../test/support/databases.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.ts'
import { deactivateAccounts } from '../../accounts/account-state-store.ts'
import { createAccount } from '../../accounts/account-store.ts'
import { randomId, systemRandom } from '../../platform/random.ts'
import type { Session } from '../../sessions/session.ts'
import { endSession, startSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { ClaimsRules } from '../../tokens/claims.ts'
import { createHmacJwtKey, type JwtKey } from '../../tokens/jwt-key.ts'
import { createTokenIssuer } from '../../tokens/token-issuer.ts'
import { createTokenVerifier } from '../../tokens/token-verifier.ts'
import { createAuthenticate } from './authenticate.ts'

const NOW = 1_900_000_000_000
const DAY = 86_400_000
const settings = {
  userIdClaim: 'user_id',
  checkSession: true,
  endSessionsOnDeactivation: true,
  revokeOnPasswordChange: true,
}
const rules: ClaimsRules = {
  isLenient: false,
  userIdClaim: 'user_id',
  issuer: 'us',
  audience: undefined,
  hasSubject: true,
  leewayMs: 0,
  lifetimesMs: { access: 300_000, refresh: DAY },
}

const nth = fc.nat(7)
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('log in' as const), account: fc.nat(1), key: fc.nat(1) }),
    // Above all: Latchkey may remember a token that was presented before, and be wrong.
    { weight: 5, arbitrary: fc.record({ do: fc.constant('present' as const), nth, isSpliced: fc.boolean() }) },
    fc.record({ do: fc.constant('end' as const), nth }),
    fc.record({ do: fc.constant('retire' as const), key: fc.nat(1) }),
    fc.record({ do: fc.constant('deactivate' as const), account: fc.nat(1) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.oneof(fc.nat(60_000), fc.constantFrom(240_000, 300_000)) }),
  ),
  { minLength: 10, maxLength: 60 },
)

/** An issued token, and the facts by which it must be judged. */
type Given = { token: string; accountId: number; session: Session; key: JwtKey; expiresAt: number }

describe.each(databases)('an access token on $name', (kind) => {
  let place: MigratedDatabase
  let database: Database

  beforeAll(async () => {
    place = await createMigratedDatabase(kind, NOW)
    database = place.open()
  })
  afterAll(() => place.drop())

  function aSession(accountId: number, now: number): Session {
    return {
      id: randomId(systemRandom),
      accountId,
      createdAt: now,
      expiresAt: undefined,
      refreshSeed: randomId(systemRandom),
      refreshGeneration: 0,
      refreshedAt: now,
      refreshExpiresAt: now + DAY,
      refreshKid: undefined,
      endedAt: undefined,
      endReason: undefined,
      address: '',
      userAgent: '',
      amr: ['pwd'],
      provenAt: 0,
    }
  }

  async function anAccount(now: number): Promise<number> {
    const username = randomId(systemRandom)
    const account = await database.inTransaction((tx) => createAccount(tx, { ...blankAccount, username }, 'exact', now))
    return account?.id ?? expect.fail()
  }

  it('is valid until it expires, its session ends, its key is retired or its account deactivated, remembered or not', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (course) => {
        let now = NOW
        const accounts = [await anAccount(now), await anAccount(now)]
        const keys = ['a', 'b'].map((kid) => createHmacJwtKey({ kid, secret: `${kid}: of more than thirty-two bytes` }))
        const verifying = new Set(keys)
        const find = (kid: string | undefined) => [...verifying].filter((key) => key.kid === kid)
        const ringOf = { find, refreshForUnknown: async () => false, wasRetired: () => false }
        const clock = { now: () => now }
        const authenticate = createAuthenticate({
          ...{ database, clock, settings },
          verifier: createTokenVerifier({ keys: ringOf, rules }),
        })
        const given: Given[] = []
        const over = new Set<unknown>()

        async function logIn(accountId: number, key: JwtKey): Promise<void> {
          const session = aSession(accountId, now)
          await database.inTransaction((tx) => startSession(tx, session))
          const currentKeys = () => ({ access: key, refresh: key })
          const issuer = createTokenIssuer({ currentKeys, findKeys: () => [], rules, random: systemRandom })
          const account = { id: accountId, uid: String(accountId), isUidNumber: true } as Parameters<
            typeof issuer.issueAccess
          >[0]['account']
          const { access } = issuer.issueAccess({ account, session }, now)
          const expiresAt = Math.floor((now + rules.lifetimesMs.access) / 1000) * 1000
          given.push({ token: access, accountId, session, key, expiresAt })
        }

        const isGood = ({ accountId, session, key, expiresAt }: Given) =>
          !over.has(accountId) && !over.has(session) && verifying.has(key) && now < expiresAt

        for (const step of course) {
          const one = 'nth' in step ? given[step.nth % given.length] : undefined
          const accountId = 'account' in step ? accounts[step.account] : undefined
          const key = 'key' in step ? keys[step.key] : undefined
          if (step.do === 'wait') now += step.ms
          if (step.do === 'log in' && accountId !== undefined && key !== undefined) await logIn(accountId, key)
          if (step.do === 'retire' && key !== undefined) verifying.delete(key)
          if (step.do === 'deactivate' && accountId !== undefined) {
            over.add(accountId)
            await database.inTransaction((tx) => deactivateAccounts(tx, [accountId], now))
          }
          if (step.do === 'end' && one !== undefined) {
            over.add(one.session)
            await database.inTransaction((tx) => endSession(tx, one.session.id, 'logout', now))
          }
          if (step.do === 'present' && one !== undefined) {
            // The claims of one token with the signature of another: it belongs to nobody.
            const other = given.find(({ token }) => token !== one.token)
            const isSpliced = step.isSpliced && other !== undefined
            const signature = other?.token.split('.')[2]
            const presented = isSpliced ? one.token.replace(/[^.]+$/, () => `${signature}`) : one.token
            const caller = await authenticate(presented).catch(() => undefined)
            const letIn = caller && { accountId: caller.account.id, sessionId: caller.sessionId }
            const owner = { accountId: one.accountId, sessionId: one.session.id }
            expect(letIn).toEqual(isGood(one) && !isSpliced ? owner : undefined)
          }
        }
      }),
      { numRuns: kind.name === 'SQLite' ? 100 : 20 },
    )
  })
})
