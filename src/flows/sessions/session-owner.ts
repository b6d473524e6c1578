import type { Account } from '../../accounts/account.ts'

/**
 * The account as `sessionEnd` is to see it. Where a deactivation ends no sessions for good (END_SESSIONS_ON_DEACTIVATION),
 * those from before it live again with their account.
 */
export function sessionOwner(
  account: Account | undefined,
  settings: { endSessionsOnDeactivation: boolean },
): Account | undefined {
  return account && !settings.endSessionsOnDeactivation ? { ...account, sessionsVoidAt: undefined } : account
}
