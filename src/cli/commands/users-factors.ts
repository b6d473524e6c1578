import type { Command } from 'commander'
import type { Administration } from '../../app/commands/administration.ts'
import { AuthError, type ErrorCode } from '../../errors.ts'
import { commandLine } from '../../flows/rights/actor.ts'
import { findOrRefuse } from '../account-changes.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { type Answer, answering } from '../terminal/answer.ts'
import { printable } from '../terminal/printable.ts'

/** The commands for users who lost their second factors. */
export function addUserFactors(users: Command, context: Context): void {
  answering(
    users.command('factors <name>').description('lists the second factors and passkeys of an account'),
    context,
    (name: string) => context.administer((administration) => list(name, administration), { needs: 'database' }),
  )
  answering(
    users
      .command('remove-factor <name> <id>')
      .description('removes a second factor and ends all sessions; the owner gets an email'),
    context,
    (name: string, id: string) => context.administer((administration) => remove(name, id, administration)),
  )
  answering(
    users
      .command('keep-factor <name> <id>')
      .description('cancels the removal of a second factor before RECOVERY_DELAY has passed'),
    context,
    (name: string, id: string) => context.administer((administration) => keep(name, id, administration)),
  )
  answering(
    users
      .command('recovery-code <name>')
      .description('issues a code that replaces the second factor once, within a day; the owner gets an email'),
    context,
    (name: string) => context.administer((administration) => issue(name, administration)),
  )
}

const timeOf = (at: number) => new Date(at).toISOString()
const timeOrNull = (at: number | undefined) => (at === undefined ? null : timeOf(at))

async function list(name: string, { accounts, factors }: Administration): Promise<Answer> {
  const { id, username } = await findOrRefuse(accounts, name)
  const held = (await factors.list(id)).factors
  const lines = held.map(({ id, type, name, removesAt }) => {
    const state = removesAt === undefined ? '' : `(is removed at ${timeOf(removesAt)})`
    return [id, type, printable(name), state].filter((part) => part !== '').join('  ')
  })
  return {
    text: held.length === 0 ? `${printable(username)} has no second factor.\n` : `${lines.join('\n')}\n`,
    json: held.map(({ id, type, name, createdAt, lastUsedAt, removesAt }) => ({
      id,
      type,
      name,
      created_at: timeOf(createdAt),
      last_used_at: timeOrNull(lastUsedAt),
      removes_at: timeOrNull(removesAt),
    })),
  }
}

async function remove(name: string, factorId: string, { accounts, factors }: Administration): Promise<Answer> {
  const { id, username } = await findOrRefuse(accounts, name)
  const effectiveAt = timeOf(
    await refusing('not_found', noSuchFactor(username, name), () => factors.remove(id, factorId, commandLine)),
  )
  return {
    text: `The factor is removed from ${printable(username)} at ${effectiveAt}, and all its sessions end.\n`,
    json: { username, effective_at: effectiveAt },
  }
}

async function keep(name: string, factorId: string, { accounts, factors }: Administration): Promise<Answer> {
  const { id, username } = await findOrRefuse(accounts, name)
  const nothingToCancel = `${printable(username)} has no such factor waiting to be removed. List them with: users factors ${printable(name)}`
  await refusing('not_found', nothingToCancel, () => factors.keep(id, factorId, commandLine))
  return { text: `${printable(username)} keeps the factor.\n`, json: { username, id: factorId } }
}

const noSuchFactor = (username: string, name: string) =>
  `${printable(username)} has no such factor. List them with: users factors ${printable(name)}`

/** Runs an operation. If it is refused for this reason, prints this message. */
async function refusing<Result>(code: ErrorCode, message: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof AuthError && error.code === code)) throw error
    throw new Refusal(message)
  }
}

async function issue(name: string, { accounts, factors }: Administration): Promise<Answer> {
  const { id, username } = await findOrRefuse(accounts, name)
  const { code, validFrom, validUntil } = await refusing(
    'factor_unavailable',
    `${printable(username)} has no second factor that a code could replace: the password is enough to log in.`,
    () => factors.issueCode(id, commandLine),
  )
  const [from, until] = [timeOf(validFrom), timeOf(validUntil)]
  return {
    text:
      `Recovery code for ${printable(username)}: ${code}\n` +
      `It works once, with the password, from ${from} until ${until}. It is shown only now.\n`,
    json: { username, code, valid_from: from, valid_until: until },
  }
}
