import type { Config } from '../../config/config.ts'
import { createOwesFactor } from '../../flows/mfa/owes-factor.ts'
import type { ReadTokenRights } from '../../flows/rights/account-rights.ts'
import { type Authenticate, createAuthenticate } from '../../flows/tokens/authenticate.ts'
import { createComparePassword } from '../../flows/tokens/compare-password.ts'
import { createFindLoginAccount } from '../../flows/tokens/find-login-account.ts'
import { createIntrospect, type Introspect } from '../../flows/tokens/introspect.ts'
import { createLogins, type Login, type LoginForKey } from '../../flows/tokens/login.ts'
import { createLoginGate, type LoginGate } from '../../flows/tokens/login-gate.ts'
import { createLogout, type Logout } from '../../flows/tokens/logout.ts'
import { createMoveIn, type MoveInParts } from '../../flows/tokens/move-in.ts'
import { createRefresh, type Refresh } from '../../flows/tokens/refresh.ts'
import { createRevoke, type Revoke } from '../../flows/tokens/revoke.ts'
import { createSessionKeys, type SessionKeys } from '../../flows/tokens/session-keys.ts'
import { createVerifyToken, type VerifyToken } from '../../flows/tokens/verify-token.ts'
import type { Limiter } from '../../rate-limits/limiter.ts'
import { authenticationClaims } from '../../tokens/authentication-claims.ts'
import type { ClaimsRules } from '../../tokens/claims.ts'
import { rightsClaims } from '../../tokens/rights-claims.ts'
import { createTokenIssuer } from '../../tokens/token-issuer.ts'
import { createTokenVerifier } from '../../tokens/token-verifier.ts'
import { buildCarryOver } from '../carry-over.ts'
import { type AppParts, type Core, configuredPhoneRule } from '../parts.ts'
import { buildSeal } from '../seal.ts'
import { enrollableAtLogin } from './factor-flows.ts'

/** All operations on tokens. */
type TokenFlows = {
  authenticate: Authenticate
  login: Login
  /** Every way of logging in passes it. */
  gate: LoginGate
  loginForKey: LoginForKey
  sessionKeys: SessionKeys
  refresh: Refresh
  verifyToken: VerifyToken
  logout: Logout
  introspect: Introspect
  revoke: Revoke
}

type TokenFlowParts = { limiter: Limiter; readTokenRights: ReadTokenRights | undefined } & Pick<
  MoveInParts,
  'createAccount' | 'deriveUsername' | 'profileRule'
>

/** Builds the flows that issue, check and end tokens. */
export function buildTokenFlows(
  { config, clock, random }: AppParts,
  { database, keyRing, passwords, usernameRule, hooks, urls, metrics, mailing: { outbox, notices } }: Core,
  { limiter, readTokenRights, createAccount, deriveUsername, profileRule }: TokenFlowParts,
): TokenFlows {
  const { accounts, sessions, tokens } = config
  const rules = claimsRules(config)
  const verifier = createTokenVerifier({ keys: keyRing, rules, carryOver: buildCarryOver(config, metrics) })
  const issuer = createTokenIssuer({
    currentKeys: keyRing.currentPair,
    findKeys: keyRing.find,
    rules,
    random,
    customClaims({ session, rights, extra }) {
      if (rights === undefined && !config.mfa.authenticationClaims) return extra
      return {
        ...extra,
        ...(rights && rightsClaims(rights, tokens)),
        ...(config.mfa.authenticationClaims && authenticationClaims(session)),
      }
    },
  })
  const settings = {
    ...sessions,
    refreshTokenLifetimeMs: tokens.refreshTokenLifetimeMs,
    requireVerifiedEmail: accounts.requireVerifiedEmail,
    adoptsForeignTokens: !tokens.isStrict,
  }
  const owesFactor = createOwesFactor({ database, random, settings: config.mfa })
  const sessionKeys = createSessionKeys({
    database,
    clock,
    random,
    seal: buildSeal({ config, random }),
    settings: { ...sessions, keepsKeys: !tokens.isStrict },
    owesFactor,
    isOn: hasKeys(config, urls),
  })
  const findLoginAccount = createFindLoginAccount({ database, usernameRule, settings: { ...accounts, ...sessions } })
  const moveIn = createMoveIn({
    database,
    createAccount,
    deriveUsername,
    profileRule,
    hooks,
    findLoginAccount,
    usernameRule,
    phoneRule: configuredPhoneRule(config),
    settings: accounts,
  })
  const comparePassword = createComparePassword({ clock, passwords, hooks, moveIn })
  const logout = createLogout({ database, clock, verifier, outbox, notices, settings })
  const gate = createLoginGate({
    database,
    random,
    issuer,
    readTokenRights,
    outbox,
    hooks,
    notices,
    enrollable: enrollableAtLogin(config),
    settings: { ...settings, ...config.mfa },
  })
  return {
    authenticate: createAuthenticate({ database, clock, verifier, settings }),
    gate,
    sessionKeys,
    ...createLogins({ database, clock, comparePassword, limiter, usernameRule, findLoginAccount, gate, sessionKeys }),
    refresh: createRefresh({
      database,
      clock,
      random,
      verifier,
      issuer,
      readTokenRights,
      outbox,
      hooks,
      notices,
      limiter,
      metrics,
      owesFactor,
      settings,
    }),
    verifyToken: createVerifyToken({ database, clock, verifier, settings }),
    logout,
    introspect: createIntrospect({
      database,
      clock,
      verifier,
      sessionKeys,
      settings: { ...settings, userIdClaim: rules.userIdClaim },
    }),
    revoke: createRevoke({ database, clock, verifier, sessionKeys, logout }),
  }
}

/** Whether anybody can log in for a key: at djoser's path, or at one of your own paths. */
function hasKeys({ djoser }: Config, { map }: Core['urls']): boolean {
  const isMounted = Object.values(map).some(
    (entry) => entry === 'login' || (typeof entry === 'object' && entry?.view === 'login'),
  )
  return djoser.hasKeys && (djoser.isOn || isMounted)
}

function claimsRules({ tokens }: Config): ClaimsRules {
  return {
    isLenient: !tokens.isStrict,
    userIdClaim: tokens.userIdClaim,
    issuer: tokens.issuer,
    audience: tokens.audience,
    hasSubject: tokens.isStrict,
    leewayMs: tokens.leewayMs,
    lifetimesMs: { access: tokens.accessTokenLifetimeMs, refresh: tokens.refreshTokenLifetimeMs },
  }
}
