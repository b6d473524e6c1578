import { conflictKinds } from '../../flows/import/choices.ts'
import { type ImportReport, undecided } from '../../flows/import/import-report.ts'
import { printable } from '../terminal/printable.ts'
import { counted, grouped } from './counted.ts'

/** A report for people. */
export function importText(report: ImportReport): string {
  const { accounts, hashes, groups, spentTokens, keys, posts, factors, notes, raced, isDryRun } = report
  const would = isDryRun ? 'to create' : 'created'
  const lines = [
    `Accounts: ${grouped(accounts.read)} read; ${grouped(accounts.created)} ${would}, ${grouped(accounts.updated)} ` +
      `${isDryRun ? 'changed there' : 'updated'}, ${grouped(accounts.unchanged)} unchanged, ` +
      `${grouped(accounts.deleted)} ${isDryRun ? 'to delete' : 'deleted'}.`,
    `Among those read: ${grouped(accounts.inactive)} inactive, ${counted(accounts.superusers, 'superuser')}.`,
    ...(accounts.named > 0
      ? [`Without a username there, so with a derived one here: ${grouped(accounts.named)}.`]
      : []),
    ...(accounts.linked > 0 ? [`Already here, and linked: ${grouped(accounts.linked)}.`] : []),
    ...(accounts.gone > 0 ? [`Deleted here, and staying deleted: ${grouped(accounts.gone)}.`] : []),
    ...[...accounts.skipped].map(([why, count]) => `Skipped: ${grouped(count)} (${why}).`),
    ...[...accounts.kept].map(
      ([part, count]) => `Kept as it is here, because it was changed here too: ${part} of ${grouped(count)}.`,
    ),
    `Password hashes: ${hashWords(hashes)}.`,
    `Groups: ${grouped(groups)}. Refresh tokens on the blacklist: ${grouped(spentTokens)}. Keys: ${grouped(keys)}. ` +
      `Posts: ${grouped(posts.created)} ${would}, ${grouped(posts.updated)} updated, ${grouped(posts.deleted)} deleted.`,
    ...(factors.factors + factors.devices > 0
      ? [`Second factors: ${grouped(factors.factors)}. Trusted devices: ${grouped(factors.devices)}.`]
      : []),
    ...(factors.skipped > 0
      ? [
          'Second factors and trusted devices that were skipped, because their account is not here, or because they belong ' +
            `to another account here or have expired: ${grouped(factors.skipped)}.`,
        ]
      : []),
    ...(posts.skipped > 0
      ? [`Posts that were skipped, because their author is not here: ${grouped(posts.skipped)}.`]
      : []),
    ...notes.map(({ subject, says }) => `Note: ${subject}: ${printable(says)}.`),
    ...conflictLines(report),
    ...(raced.length > 0
      ? [
          `Somebody took the name of ${counted(raced.length, 'account')} while this ran. Run the import again: ${raced.slice(0, 20).join(', ')}`,
        ]
      : []),
  ]
  return `${lines.join('\n')}\n`
}

function conflictLines({ conflicts }: ImportReport): string[] {
  return [...conflicts.values()].flatMap(({ kind, count, choice, first }) => {
    const { title, choices } = conflictKinds[kind]
    const option = `--on-${kind.replaceAll('_', '-')}`
    const cure = choice === undefined ? `choose with ${option} ${choices.join('|')}` : `${option} ${choice}`
    return [
      `Conflict: ${title}: ${grouped(count)} (${cure})`,
      ...first.map(({ key, says }) => `  ${printable(key)}: ${printable(says)}`),
      ...(count > first.length ? [`  and ${grouped(count - first.length)} more`] : []),
    ]
  })
}

function hashWords(hashes: ImportReport['hashes']): string {
  const words = [...hashes]
    .sort(([, one], [, other]) => other.count - one.count)
    .map(([name, { count, isVerifiable }]) => `${grouped(count)} ${name}${isVerifiable ? '' : ' (cannot be verified)'}`)
  return words.join(', ') || 'none'
}

/** A report for programs. */
export function importJson(report: ImportReport): object {
  const { accounts, hashes, groups, spentTokens, keys, posts, factors, conflicts, notes, raced, isDryRun } = report
  return {
    dry_run: isDryRun,
    accounts: { ...accounts, skipped: Object.fromEntries(accounts.skipped), kept: Object.fromEntries(accounts.kept) },
    hashes: Object.fromEntries(
      [...hashes].map(([name, { count, isVerifiable }]) => [name, { count, verifiable: isVerifiable }]),
    ),
    groups,
    blacklisted_tokens: spentTokens,
    keys,
    factors: factors.factors,
    trusted_devices: factors.devices,
    skipped_factors: factors.skipped,
    posts,
    conflicts: [...conflicts.values()].map(({ kind, count, choice, first }) => ({
      kind,
      count,
      choice: choice ?? null,
      choices: conflictKinds[kind].choices,
      first: first.map(({ key, says }) => ({ key, says })),
    })),
    undecided: undecided(report).map(({ kind }) => kind),
    raced,
    notes,
  }
}
