import type { UsernameRule } from './accounts/username.ts'
import { applyUsernameRule } from './accounts/username-rule-store.ts'
import { recordEvent } from './audit/audit-store.ts'
import type { Config } from './config/config.ts'
import { createAuthenticate } from './flows/authenticate.ts'
import { createChangePassword } from './flows/change-password.ts'
import { createHousekeeping } from './flows/housekeeping.ts'
import { createLogin } from './flows/login.ts'
import { createLogout } from './flows/logout.ts'
import { createManageAccounts, type ManageAccounts } from './flows/manage-accounts.ts'
import { createPosts } from './flows/posts.ts'
import { createRefresh } from './flows/refresh.ts'
import { createRegister } from './flows/register.ts'
import { createVerifyToken } from './flows/verify-token.ts'
import { sampleViews } from './http/classic/sample-views.ts'
import { createHttp } from './http/http.ts'
import { createKeyRing } from './keys/key-ring.ts'
import { createHashPool } from './passwords/hash-pool.ts'
import { createPasswordCheck } from './passwords/password-check.ts'
import type { Clock } from './platform/clock.ts'
import type { Logger } from './platform/log.ts'
import type { Random } from './platform/random.ts'
import { createSeal } from './platform/seal.ts'
import { type Database, openDatabase } from './storage/database.ts'
import { migrate } from './storage/migrate.ts'
import type { ClaimsRules } from './tokens/claims.ts'
import { createAsymmetricJwtKey, createHmacJwtKey } from './tokens/jwt-key.ts'
import { createTokenIssuer } from './tokens/token-issuer.ts'
import { createTokenVerifier } from './tokens/token-verifier.ts'

/** How often another process's changes of the signing keys are looked for: bounds how long a retired key is trusted. */
const KEY_REREAD_MS = 5_000

/** A running Latchkey without its command line. */
export type App = {
  server: Awaited<ReturnType<typeof createHttp>>
  database: Database
  manageAccounts: ManageAccounts
  /** Answers what is under way, then lets go of everything. */
  close(): Promise<void>
}

export type AppParts = { config: Config; clock: Clock; random: Random; log: Logger }

/**
 * Builds every part by hand, in order, and makes the database ready: migrated, with its rule for usernames and its keys.
 * Nothing listens yet.
 *
 * @throws NewerSchemaError, SameNameError and whatever keeps a database from being opened, with what to do about it
 */
export async function createApp({ config, clock, random, log }: AppParts): Promise<App> {
  const database = openDatabase(config.storage.databaseUrl, (error) =>
    log.warn({ err: error }, 'database connection lost'),
  )
  try {
    return await assemble({ config, clock, random, log }, database)
  } catch (error) {
    await database.close()
    throw error
  }
}

async function assemble({ config, clock, random, log }: AppParts, database: Database): Promise<App> {
  const { accounts, keys, passwords, sessions, tokens } = config
  const usernameRule: UsernameRule = accounts.usernameCaseSensitive ? 'exact' : 'folded'
  for (const name of await migrate(database, clock.now())) log.info({ migration: name }, 'migrated the database')
  await database.inTransaction((tx) => applyUsernameRule(tx, usernameRule))

  const longestTokenLifetimeMs = Math.max(tokens.accessTokenLifetimeMs, tokens.refreshTokenLifetimeMs)
  const keyRing = createKeyRing({
    database,
    seal: createSeal({ secretKey: keys.secretKey, fallbacks: keys.secretKeyFallbacks, random }),
    clock,
    recordEvent,
    makers: { createHmacJwtKey, createAsymmetricJwtKey },
    algorithm: keys.algorithm,
    secretKey: keys.secretKey,
    secretKeyFallbacks: keys.secretKeyFallbacks,
    isStrict: tokens.isStrict,
    signingKeyLifetimeMs: keys.signingKeyLifetimeMs,
    longestTokenLifetimeMs,
  })
  await keyRing.load()

  const rules: ClaimsRules = {
    isLenient: !tokens.isStrict,
    userIdClaim: tokens.userIdClaim,
    issuer: tokens.issuer,
    audience: tokens.audience,
    hasSubject: tokens.isStrict,
    leewayMs: tokens.leewayMs,
    lifetimesMs: { access: tokens.accessTokenLifetimeMs, refresh: tokens.refreshTokenLifetimeMs },
  }
  const issuer = createTokenIssuer({ currentKeys: keyRing.currentPair, rules, random })
  const verifier = createTokenVerifier({ keys: keyRing, rules })
  const passwordCheck = createPasswordCheck({
    pool: createHashPool({ concurrency: passwords.hashConcurrency, queueLimit: passwords.hashQueueLimit, clock }),
    parameters: passwords.hash,
    allowWeakHashes: passwords.allowWeakHashes,
    random,
    clock,
  })

  const settings = {
    ...sessions,
    ...accounts,
    userIdClaim: tokens.userIdClaim,
    refreshTokenLifetimeMs: tokens.refreshTokenLifetimeMs,
    adoptsForeignTokens: !tokens.isStrict,
  }
  const server = await createHttp({
    debug: config.debug,
    settings: { ...config.http, trimPasswords: passwords.trimPasswords, isStrict: tokens.isStrict },
    log,
    database,
    flows: {
      authenticate: createAuthenticate({ database, clock, verifier, settings }),
      register: createRegister({ database, clock, passwords: passwordCheck, usernameRule, settings }),
      login: createLogin({ database, clock, random, passwords: passwordCheck, issuer, usernameRule, settings }),
      refresh: createRefresh({ database, clock, random, verifier, issuer, settings }),
      verifyToken: createVerifyToken({ database, clock, verifier, settings }),
      logout: createLogout({ database, clock, verifier, settings }),
      changePassword: createChangePassword({ database, clock, passwords: passwordCheck, settings }),
    },
    sampleViews: config.posts.sampleResources ? sampleViews({ posts: createPosts({ database, clock }) }) : [],
  })
  const housekeeping = createHousekeeping({ database, clock, keyRing, keyRereadMs: KEY_REREAD_MS, log })
  housekeeping.start()

  return {
    server,
    database,
    manageAccounts: createManageAccounts({ database, clock, passwords: passwordCheck, usernameRule }),
    async close() {
      housekeeping.stop()
      await server.close()
      await database.close()
    },
  }
}
