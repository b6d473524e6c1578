import type { Account, NewAccount } from '../accounts/account.ts'
import type { Session } from '../sessions/session.ts'
import type { HookAccount, HookRequest, RegistrationEvent, SessionEvent } from './hooks.ts'

/** A copy of an account for hooks, so that their changes have no effect. */
export function hookAccount(account: Account): HookAccount {
  return {
    id: account.id,
    uid: account.uid,
    username: account.username,
    email: account.email,
    isEmailVerified: account.emailVerifiedAt !== undefined,
    firstName: account.firstName,
    lastName: account.lastName,
    phoneNumber: account.phoneNumber,
    profile: structuredClone(account.profile),
    isStaff: account.isStaff,
    isSuperuser: account.isSuperuser,
    createdAt: account.createdAt,
  }
}

/** The same for somebody who does not have an account yet. */
export function hookRegistrant(account: Omit<NewAccount, 'isStaff' | 'isSuperuser'>): RegistrationEvent['account'] {
  const { username, email, firstName, lastName, phoneNumber, profile = {} } = account
  return { username, email, firstName, lastName, phoneNumber, profile: structuredClone(profile) }
}

/** Where a request comes from, as hooks see it. */
export function hookRequest({ address, userAgent }: HookRequest): HookRequest {
  return { address, userAgent }
}

/** An account and one of its sessions, for hooks. */
export function hookSession(
  account: Account,
  session: Pick<Session, 'id' | 'amr'>,
  request: HookRequest,
): SessionEvent {
  return {
    account: hookAccount(account),
    session: { id: session.id, amr: [...session.amr] },
    request: hookRequest(request),
  }
}
