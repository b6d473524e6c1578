import type { Command } from 'commander'
import type { BackupContent } from '../../flows/upkeep/backups.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { type Answer, answering } from '../terminal/answer.ts'
import { printable, printableTime } from '../terminal/printable.ts'
import { counted } from '../words/counted.ts'

/** `backup` and `restore`. */
export function addBackup(program: Command, context: Context): void {
  answering(
    program
      .command('backup <file>')
      .description('writes an encrypted backup of the database to a new file; servers may keep running'),
    context,
    async (file: string): Promise<Answer> => {
      await context.backUp((backups) => backups.create(file))
      return { text: `Wrote ${printable(file)}. Check it with: restore --verify ${printable(file)}\n`, json: { file } }
    },
  )
  answering(
    program
      .command('restore <file>')
      .description('restores a backup over the database and ends all sessions; stop the servers first')
      .option('--verify', 'only restore it to a temporary place and check it')
      .option(
        '--scratch <url>',
        'PostgreSQL, with --verify: an empty database to restore it to; without it, one is created',
      )
      .option('--keep-sessions', 'do not end sessions, not even those that had ended after the backup')
      .option('--yes', 'do not ask'),
    context,
    (file: string, options: RestoreOptions) =>
      options.verify ? verify(file, options, context) : restore(file, options, context),
  )
}

type RestoreOptions = { verify?: true; scratch?: string; keepSessions?: true; yes?: true }

async function verify(file: string, { scratch }: RestoreOptions, context: Context): Promise<Answer> {
  const content = await context.backUp((backups) => backups.verify(file, scratch))
  const { signature, hashes } = content
  const unverifiable = [...hashes.unverifiable].map(([algorithm, count]) => `${count} of ${algorithm}`)
  const words = [
    `The backup is good. ${contentWords(content)}`,
    signature === undefined
      ? 'It has no signing keys yet; the server creates them when it starts.'
      : `Its keys signed a token and verified it (${signature}).`,
    `${counted(hashes.verifiable, 'password')} can be verified.`,
    ...(unverifiable.length > 0
      ? [`Latchkey cannot verify these formats, as in the original database: ${unverifiable.join(', ')}.`]
      : []),
  ]
  return {
    text: `${words.join(' ')}\n`,
    json: {
      ...contentJson(content),
      signature: signature ?? null,
      verifiable_passwords: hashes.verifiable,
      unverifiable_passwords: Object.fromEntries(hashes.unverifiable),
    },
  }
}

async function restore(file: string, { keepSessions, yes }: RestoreOptions, context: Context): Promise<Answer> {
  const { terminal } = context
  const question = 'Replace the whole database with this backup?'
  if (terminal.isInteractive && yes !== true && !(await terminal.confirm(question))) {
    throw new Refusal('Cancelled. Nothing was restored.')
  }
  const { former, ...content } = await context.backUp((backups) => backups.restore(file))
  // The backup may come from an older version, whose schema must be migrated before sessions can be ended.
  await context.migrate()
  const ended =
    keepSessions === true
      ? undefined
      : await context.administer(({ endSessions }) => endSessions.everywhere(), { needs: 'database' })
  const kept = former === undefined ? '' : ` The previous database is now ${printable(former)}.`
  const sessions = ended === undefined ? 'No session was ended.' : `Ended ${counted(ended, 'session')}.`
  return {
    text: `Restored the backup. ${contentWords(content)} ${sessions}${kept}\n`,
    json: { ...contentJson(content), ended_sessions: ended ?? 0, former: former ?? null },
  }
}

function contentWords({ createdAt, accounts, sessions }: BackupContent): string {
  return `It was made at ${printableTime(createdAt)}, with ${counted(accounts, 'account')} and ${counted(sessions, 'session')}.`
}

function contentJson({ createdAt, accounts, sessions }: BackupContent): object {
  return { created_at: new Date(createdAt).toISOString(), accounts, sessions }
}
