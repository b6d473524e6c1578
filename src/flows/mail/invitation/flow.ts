import { type Static, Type } from 'typebox'
import type { Account } from '../../../accounts/account.ts'
import { NAME_LIMIT, PHONE_NUMBER_LIMIT } from '../../../accounts/account-fields.ts'
import { locales } from '../../../accounts/locale.ts'
import { EMAIL_LIMIT, emailKey, normalizeEmailDomain } from '../../../accounts/names/email-address.ts'
import type { PhoneRule } from '../../../accounts/names/phone-number.ts'
import { normalizeUsername, USERNAME_LIMIT, type UsernameRule } from '../../../accounts/names/username.ts'
import type { ProfileRule } from '../../../accounts/profile/profile.ts'
import { recordEvent } from '../../../audit/audit-store.ts'
import type { RequestOrigin } from '../../../audit/origin.ts'
import { AuthError, fieldRefusal, refuseFaults } from '../../../errors.ts'
import { hookAccount, hookRegistrant, hookRequest } from '../../../hooks/hook-account.ts'
import type { HookRunner } from '../../../hooks/hook-runner.ts'
import type { Outbox } from '../../../mail/outbox.ts'
import { TOKEN_PATTERN } from '../../../one-time-tokens/one-time-token.ts'
import {
  consumeOneTimeToken,
  findOneTimeToken,
  voidOneTimeTokens,
} from '../../../one-time-tokens/one-time-token-store.ts'
import type { NewPasswordCheck } from '../../../passwords/new-password-check.ts'
import type { PasswordCheck } from '../../../passwords/password-check.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Random } from '../../../platform/random.ts'
import type { Database } from '../../../storage/database.ts'
import type { CreateAccount } from '../../accounts/create-account.ts'
import { memberFaults, newAccountFaults } from '../../accounts/field-faults.ts'
import { auditOriginOf } from '../../rights/actor.ts'
import { admit } from '../../rights/authority.ts'
import type { EmailFlow } from '../email-flow.ts'
import { type EmailedFlow, keepLinks, notValid, prepareLinks } from '../emailed-token.ts'
import { rememberUse, unlessRepeated } from '../used-link.ts'

const DAY = 86_400_000

const emailed: EmailedFlow = { purpose: 'invitation', lifetimeMs: 7 * DAY }

const locale = Type.Enum([...locales])
const askBody = Type.Object({
  email: Type.String({ maxLength: EMAIL_LIMIT, format: 'email' }),
  locale: Type.Optional({ ...locale, description: 'The language of the email. Default: MAIL_LANGUAGE' }),
})
const name = Type.Optional(Type.String({ maxLength: NAME_LIMIT }))
const confirmBody = Type.Object({
  token: Type.String({ pattern: TOKEN_PATTERN, description: 'From the link' }),
  username: Type.String({ minLength: 1, maxLength: USERNAME_LIMIT }),
  password: Type.String({ minLength: 1, format: 'password' }),
  first_name: name,
  last_name: name,
  phone_number: Type.Optional(Type.String({ maxLength: PHONE_NUMBER_LIMIT })),
  profile: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: 'The profile fields you declared. If present, it must contain all required fields',
    }),
  ),
  locale: Type.Optional({ ...locale, description: 'Default: what Accept-Language prefers' }),
})

export type InvitationParts = {
  database: Database
  clock: Clock
  random: Random
  checkNewPassword: NewPasswordCheck
  usernameRule: UsernameRule
  phoneRule: PhoneRule
  createAccount: CreateAccount
  passwords: Pick<PasswordCheck, 'check'>
  outbox: Outbox
  hooks: HookRunner
  profileRule: Pick<ProfileRule, 'change'>
  settings: { registration: 'open' | 'invite' | 'closed' }
}

/** Lets somebody create their own account after an administrator invited them. This also confirms the address. */
export function createInvitation(parts: InvitationParts): EmailFlow<typeof askBody, typeof confirmBody> {
  const { database, clock, outbox, hooks, settings } = parts

  function refuseIfClosed(): void {
    if (settings.registration === 'closed') throw new AuthError('registration_closed')
  }

  async function accept(
    { token: presented, password, ...fields }: Static<typeof confirmBody>,
    origin: RequestOrigin,
    now: number,
  ): Promise<Account> {
    const token = await findOneTimeToken(database.read, emailed.purpose, presented, now)
    if (token === undefined) throw notValid('the token is unknown or has expired')
    // The page that the link opens asks for none of these, so required ones may be missing.
    const profile = fields.profile && parts.profileRule.change({}, fields.profile)
    const account = {
      username: normalizeUsername(fields.username),
      email: token.email,
      firstName: fields.first_name ?? '',
      lastName: fields.last_name ?? '',
      phoneNumber: fields.phone_number ?? '',
      locale: fields.locale,
      profile: profile?.kind === 'changed' ? profile.profile : {},
    }
    const faults = [
      ...(await newAccountFaults(parts, account, password)),
      ...(profile?.kind === 'refused' ? memberFaults(profile.faults) : []),
    ]
    refuseFaults(faults)
    const request = hookRequest(origin)
    await hooks.ask('beforeRegistration', { account: hookRegistrant(account), by: 'invitation', request })
    const wanted = { ...account, password, isStaff: false, isSuperuser: false, isEmailVerified: true }
    const created = await parts.createAccount(wanted, { kind: 'stranger', origin }, async (tx, invited) => {
      // Thrown, so that the account is rolled back. A taken name does not use the link up: the person may try another
      // one.
      const used = await consumeOneTimeToken(tx, emailed.purpose, presented, now)
      if (used === undefined) throw notValid('used')
      await voidOneTimeTokens(tx, emailed.purpose, token.email)
      await rememberUse(tx, used, invited)
    })
    if (created === undefined) throw fieldRefusal('username', 'username_taken')
    await hooks.tell('afterRegistration', { account: hookAccount(created), request })
    return created
  }

  return {
    ...emailed,
    ask: {
      by: 'staff',
      permission: 'accounts.add',
      path: '/admin/invitations',
      summary: 'Invite somebody by email',
      body: askBody,
      async start({ email, locale }, caller, origin) {
        const administrator = { kind: 'administrator', caller, origin } as const
        const now = clock.now()
        refuseIfClosed()
        const address = normalizeEmailDomain(email)
        if (emailKey(address) === undefined) {
          throw fieldRefusal('email', 'invalid_email')
        }
        if (!outbox.isOn) return
        const use = { account: undefined, email: address, values: {} }
        const mail = { to: address, accountId: undefined, locale, values: { inviter: caller.account.username } }
        const prepared = prepareLinks(parts, emailed, [use], mail, now)
        await database.inTransaction(async (tx) => {
          await admit(tx, administrator, 'accounts.add')
          await keepLinks(tx, outbox, prepared, now)
          await recordEvent(tx, now, 'account.invited', {
            accountId: undefined,
            origin: auditOriginOf(administrator),
          })
        })
        outbox.wake()
      },
    },
    confirm: {
      path: '/invitations/accept',
      summary: 'Accept an invitation and create the account',
      refusals: ['registration_closed', 'hook_refused', 'address_taken', 'overloaded'],
      body: confirmBody,
      async confirm(form, origin) {
        const now = clock.now()
        refuseIfClosed()
        const sent = {
          purpose: emailed.purpose,
          token: form.token,
          password: form.password,
          isFor: ({ username }: Account) => username === normalizeUsername(form.username),
        }
        return unlessRepeated(parts, sent, now, () => accept(form, origin, now))
      },
    },
  }
}
