import { noteLastLogins } from '../../accounts/account-import-store.ts'
import { rememberImported } from '../../foreign-systems/imported-row-store.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { createAccounts } from './create-accounts.ts'
import type { Decision } from './decide.ts'
import { changedParts, fingerprintOf, withFormer } from './fingerprint.ts'
import { count, type ImportReport } from './import-report.ts'
import { type UpdateParts, updateAccount } from './update-account.ts'

type Update = Extract<Decision, { kind: 'update' }>

/** Carries out the decisions about some accounts, and counts them. */
export async function applyDecisions(
  tx: Transaction,
  source: string,
  decisions: readonly Decision[],
  parts: UpdateParts,
  report: Pick<ImportReport, 'accounts' | 'raced'>,
  now: number,
): Promise<void> {
  const { accounts } = report
  const creations = decisions.filter((decision) => decision.kind === 'create')
  const raced = await createAccounts(tx, source, creations, parts, now)
  // Since the check, somebody else has taken what these accounts need, and nobody has chosen what to do about that.
  const unchosen = decisions.filter((decision) => decision.kind === 'undecided')
  report.raced.push(...[...raced, ...unchosen].map(({ account }) => account.key))
  accounts.created += creations.length - raced.length
  const linked = decisions.filter((decision) => decision.kind === 'link')
  accounts.linked += linked.length
  const updates = decisions.filter((decision) => decision.kind === 'update')
  const [logins, others] = splitUpdates(updates)
  await noteLogins(tx, logins, accounts)
  const updated = new Set<string>()
  const blocked = new Map<string, string>()
  for (const { account, known, fingerprint } of others) {
    const changed = { account, localId: known.localId, before: known.fingerprint, after: fingerprint }
    const outcome = await updateAccount(tx, changed, parts, now)
    if (outcome.kind === 'gone') {
      accounts.gone++
      continue
    }
    if (outcome.taken.length > 0) updated.add(account.key)
    for (const kept of outcome.kept) if (!outcome.blocked.includes(kept)) count(accounts.kept, kept)
    if (outcome.blocked.length > 0)
      blocked.set(account.key, withFormer(fingerprint, known.fingerprint, outcome.blocked))
  }
  // The account in the way may have got another name meanwhile.
  for (const { account, known, fingerprint } of others.filter((one) => blocked.has(one.account.key))) {
    const changed = { account, localId: known.localId, before: blocked.get(account.key) ?? '', after: fingerprint }
    const outcome = await updateAccount(tx, changed, parts, now)
    if (outcome.kind === 'updated' && outcome.taken.length > 0) updated.add(account.key)
    if (outcome.kind === 'gone' || outcome.blocked.length === 0) blocked.delete(account.key)
    else count(accounts.kept, 'name')
  }
  accounts.updated += updated.size
  await rememberImported(tx, { source, kind: 'account' }, [
    ...linked.map(({ account, localId }) => ({ key: account.key, localId, fingerprint: fingerprintOf(account) })),
    ...updates.map(({ known, fingerprint }) => ({ ...known, fingerprint: blocked.get(known.key) ?? fingerprint })),
  ])
}

/** A week after the last import, most accounts have only logged in since. One statement updates those together. */
function splitUpdates(updates: readonly Update[]): [logins: Update[], others: Update[]] {
  const isLogin = ({ account, known, fingerprint }: Update) =>
    account.lastLoginAt !== undefined && changedParts(known.fingerprint, fingerprint).every((part) => part === 'login')
  return [updates.filter(isLogin), updates.filter((update) => !isLogin(update))]
}

async function noteLogins(
  tx: Transaction,
  updates: readonly Update[],
  accounts: ImportReport['accounts'],
): Promise<void> {
  const logins = updates.map(({ account, known }) => ({ id: known.localId, at: account.lastLoginAt ?? 0 }))
  const present = await noteLastLogins(tx, logins)
  accounts.updated += present.size
  accounts.gone += logins.filter(({ id }) => !present.has(id)).length
}
