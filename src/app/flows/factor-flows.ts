import type { Config } from '../../config/config.ts'
import type { ProvePassword } from '../../flows/accounts/passwords/prove-password.ts'
import { createEnrolAtLogin, type EnrolAtLogin } from '../../flows/mfa/enrol-at-login.ts'
import { createFactorAdministration, type FactorAdministration } from '../../flows/mfa/factor-administration.ts'
import { createMailCode } from '../../flows/mfa/mail-code.ts'
import { createMailLogin, type MailLogin } from '../../flows/mfa/mail-login.ts'
import { createOwnFactors, type OwnFactors } from '../../flows/mfa/own-factors.ts'
import { createPasskeyLogin, type PasskeyLogin } from '../../flows/mfa/passkey-login.ts'
import { createProveFactor } from '../../flows/mfa/prove-factor.ts'
import { createSecondFactor, type SecondFactor } from '../../flows/mfa/second-factor.ts'
import { createStepUp, type StepUp } from '../../flows/mfa/step-up.ts'
import type { LoginGate } from '../../flows/tokens/login-gate.ts'
import type { SessionKeys } from '../../flows/tokens/session-keys.ts'
import type { FactorType } from '../../mfa/factor.ts'
import { createFactors } from '../../mfa/factors.ts'
import { createMailedCodeFactor } from '../../mfa/mailed-code/mailed-code-factor.ts'
import { createPasskeyFactor } from '../../mfa/passkeys/passkey-factor.ts'
import { relyingParty } from '../../mfa/passkeys/relying-party.ts'
import { createRecoveryCodeFactor } from '../../mfa/recovery-codes/recovery-code-factor.ts'
import { createTotpFactor } from '../../mfa/totp/totp-factor.ts'
import type { Limiter } from '../../rate-limits/limiter.ts'
import { type AppParts, type Core, serviceName } from '../parts.ts'
import { buildSeal } from '../seal.ts'

/** Everything about second factors and passkeys. */
type FactorFlows = {
  secondFactor: SecondFactor
  passkeyLogin: PasskeyLogin
  enrolAtLogin: EnrolAtLogin
  mailLogin: MailLogin
  ownFactors: OwnFactors
  stepUp: StepUp
  factorAdministration: FactorAdministration
}

type FactorFlowParts = { limiter: Limiter; gate: LoginGate; sessionKeys: SessionKeys; provePassword: ProvePassword }

/** Builds the factors and the flows that use them. A new factor is one line in the list. */
export function buildFactorFlows(
  parts: AppParts,
  { database, passwords, mailing: { outbox, notices } }: Core,
  { limiter, gate, sessionKeys, provePassword }: FactorFlowParts,
): FactorFlows {
  const { config, clock, random } = parts
  const { mfa } = config
  const seal = buildSeal(parts)
  const party = partyOf(config)
  const name = serviceName(config)
  const passkeys = createPasskeyFactor({ party, random })
  const factors = createFactors([
    passkeys,
    createTotpFactor({ seal, random, issuer: name, leewaySteps: mfa.totpLeewaySteps }),
    createMailedCodeFactor({ random, seal, isOn: outbox.isOn && mfa.mailedCodes }),
    createRecoveryCodeFactor({ passwords, random }),
  ])
  const mailCode = createMailCode({ outbox, limiter })
  const proveFactor = createProveFactor({ database, clock, random, seal, factors, limiter, notices, mailCode })

  return {
    secondFactor: createSecondFactor({ database, clock, random, proveFactor, gate, sessionKeys, settings: mfa }),
    passkeyLogin: createPasskeyLogin({ database, clock, seal, passkeys, limiter, gate }),
    enrolAtLogin: createEnrolAtLogin({
      database,
      clock,
      random,
      seal,
      factors,
      enrollable: enrollableAtLogin(config),
      gate,
      notices,
    }),
    ownFactors: createOwnFactors({
      database,
      clock,
      random,
      factors,
      limiter,
      notices,
      outbox,
      mailCode,
      rpId: party?.id,
      settings: { ...mfa, ...config.sessions },
    }),
    mailLogin: createMailLogin({ database, clock, random, seal, outbox, limiter, gate, settings: mfa }),
    factorAdministration: createFactorAdministration({
      database,
      clock,
      random,
      passwords,
      notices,
      outbox,
      settings: mfa,
    }),
    stepUp: createStepUp({
      database,
      clock,
      random,
      proveFactor,
      provePassword,
      outbox,
      settings: config.sessions,
    }),
  }
}

/** The factors that an account that must have one can set up at its login, the strongest first. */
export function enrollableAtLogin(config: Config): FactorType[] {
  return partyOf(config) === undefined ? ['totp'] : ['passkey', 'totp']
}

/** Whether passkeys work here: browsers bind them to a domain, never to an IP address. */
export function factorFacts(config: Config) {
  return {
    hasPasskeys: partyOf(config) !== undefined,
    canTrustDevices: config.mfa.trustedDeviceLifetimeMs !== undefined,
    hasLoginByMail: config.mfa.loginByMail,
  }
}

function partyOf(config: Config) {
  const { mfa, http } = config
  const facts = { rpId: mfa.passkeyRpId, otherOrigins: mfa.passkeyOrigins, name: serviceName(config) }
  return relyingParty(http.publicUrl, facts)
}
