import type { Command } from 'commander'
import type { Administration } from '../../app/commands/administration.ts'
import { AuthError } from '../../errors.ts'
import { commandLine } from '../../flows/rights/actor.ts'
import { type ListedSession, sessionsOfAccount } from '../../flows/sessions/list-sessions.ts'
import { findOrRefuse } from '../account-changes.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { type Answer, answering } from '../terminal/answer.ts'
import { jsonTime, printable, printableTime, textTable } from '../terminal/printable.ts'
import { counted } from '../words/counted.ts'

type EndOptions = { user?: string; all?: true; yes?: true }

/** `sessions list` and `end`. */
export function addSessions(program: Command, context: Context): void {
  const sessions = program.command('sessions').description('sessions: list, end')
  answering(
    sessions
      .command('list <name>')
      .description('lists the active sessions of an account, newest first')
      .option('--all', 'include ended sessions that are still stored, with the reason'),
    context,
    (name: string, { all }: { all?: true }) =>
      context.administer((administration) => list(name, all === true, administration), { needs: 'database' }),
  )
  const end = sessions
    .command('end [id]')
    .description('ends one session, all sessions of an account, or all sessions; their tokens are then refused')
    .option('--user <name>', 'all sessions of this account')
    .option('--all', 'the sessions of all accounts; asks first in a terminal')
    .option('--yes', 'do not ask')
  answering(end, context, (id: string | undefined, options: EndOptions) => {
    if ([id, options.user, options.all].filter((one) => one !== undefined).length !== 1) {
      end.error('error: pass exactly one of <id>, --user <name> and --all')
    }
    return context.administer((administration) => {
      if (id !== undefined) return endOne(id, administration)
      if (options.user !== undefined) return endAllOfAccount(options.user, administration)
      return endAll(options.yes === true, administration, context)
    })
  })
}

async function list(name: string, withEnded: boolean, { accounts, listSessions }: Administration): Promise<Answer> {
  const account = await findOrRefuse(accounts, name)
  const pages = sessionsOfAccount(listSessions, account.id, withEnded ? 'all' : 'living')
  const listed = (await Array.fromAsync(pages)).flat()
  const table = textTable(['ID', 'STATE', 'STARTED', 'REFRESHED', 'EXPIRES', 'ADDRESS', 'USER AGENT'])
  return { text: table(listed.map(cellsOf)), json: listed.map(jsonOf) }
}

function cellsOf({ session, endReason }: ListedSession): string[] {
  return [
    session.id,
    endReason ?? 'active',
    printableTime(session.createdAt),
    printableTime(session.refreshedAt),
    printableTime(session.refreshExpiresAt),
    session.address,
    session.userAgent,
  ]
}

function jsonOf({ session, endReason }: ListedSession) {
  return {
    id: session.id,
    user_id: session.accountId,
    created_at: jsonTime(session.createdAt),
    refreshed_at: jsonTime(session.refreshedAt),
    refresh_expires_at: jsonTime(session.refreshExpiresAt),
    expires_at: jsonTime(session.expiresAt),
    ended_at: jsonTime(session.endedAt),
    end_reason: endReason ?? null,
    address: session.address,
    user_agent: session.userAgent,
    amr: session.amr,
  }
}

async function endOne(id: string, { endSessions }: Administration): Promise<Answer> {
  const isEnded = await endSessions.one(id, commandLine).catch((error: unknown) => {
    if (!(error instanceof AuthError && error.code === 'not_found')) throw error
    throw new Refusal(`There is no session ${printable(id)}.`)
  })
  if (!isEnded) return { text: 'The session had already ended.\n', json: { ended: 0 } }
  return { text: 'Ended the session.\n', json: { ended: 1 } }
}

async function endAllOfAccount(name: string, { accounts, endSessions }: Administration): Promise<Answer> {
  const account = await findOrRefuse(accounts, name)
  return endedAnswer(await endSessions.ofAccount(account.id, commandLine))
}

async function endAll(isSure: boolean, { endSessions }: Administration, { terminal }: Context): Promise<Answer> {
  if (terminal.isInteractive && !isSure && !(await terminal.confirm('End the sessions of all accounts?'))) {
    throw new Refusal('Cancelled. No session was ended.')
  }
  return endedAnswer(await endSessions.everywhere())
}

function endedAnswer(ended: number): Answer {
  return { text: `Ended ${counted(ended, 'session')}.\n`, json: { ended } }
}
