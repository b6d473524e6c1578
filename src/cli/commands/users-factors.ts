import type { Command } from 'commander'
import type { Administration } from '../../app/administration.ts'
import { AuthError } from '../../errors.ts'
import { commandLine } from '../../flows/rights/actor.ts'
import { findOrRefuse } from '../account-changes.ts'
import { type Answer, answering } from '../answer.ts'
import type { Context } from '../context.ts'
import { printable } from '../printable.ts'
import { Refusal } from '../refusal.ts'

/** The commands for somebody who lost their second factors. */
export function addUserFactors(users: Command, context: Context): void {
  answering(
    users.command('factors <name>').description('lists the second factors and passkeys of an account'),
    context,
    (name: string) => context.administer((administration) => list(name, administration), { needs: 'database' }),
  )
  answering(
    users
      .command('remove-factor <name> <id>')
      .description('removes a second factor and ends all sessions; the owner gets a mail'),
    context,
    (name: string, id: string) => context.administer((administration) => remove(name, id, administration)),
  )
  answering(
    users
      .command('recovery-code <name>')
      .description('issues a code that replaces the second factor once, within a day; the owner gets a mail'),
    context,
    (name: string) => context.administer((administration) => issue(name, administration)),
  )
}

const timeOf = (at: number) => new Date(at).toISOString()

async function list(name: string, { accounts, factors }: Administration): Promise<Answer> {
  const { id, username } = await findOrRefuse(accounts, name)
  const held = (await factors.list(id)).factors
  const lines = held.map((factor) => `${factor.id}  ${factor.type}  ${printable(factor.name)}`.trimEnd())
  return {
    text: held.length === 0 ? `${printable(username)} has no second factor.\n` : `${lines.join('\n')}\n`,
    json: held.map(({ id, type, name, createdAt, lastUsedAt }) => ({
      id,
      type,
      name,
      created_at: timeOf(createdAt),
      last_used_at: lastUsedAt === undefined ? null : timeOf(lastUsedAt),
    })),
  }
}

async function remove(name: string, factorId: string, { accounts, factors }: Administration): Promise<Answer> {
  const { id, username } = await findOrRefuse(accounts, name)
  try {
    const effectiveAt = timeOf(await factors.remove(id, factorId, commandLine))
    return {
      text: `The factor is removed from ${printable(username)} at ${effectiveAt}, and all its sessions end.\n`,
      json: { username, effective_at: effectiveAt },
    }
  } catch (error) {
    if (!(error instanceof AuthError && error.code === 'not_found')) throw error
    throw new Refusal(`${printable(username)} has no such factor. List them with: users factors ${printable(name)}`)
  }
}

async function issue(name: string, { accounts, factors }: Administration): Promise<Answer> {
  const { id, username } = await findOrRefuse(accounts, name)
  const { code, validFrom, validUntil } = await factors.issueCode(id, commandLine)
  const [from, until] = [timeOf(validFrom), timeOf(validUntil)]
  return {
    text:
      `Recovery code for ${printable(username)}: ${code}\n` +
      `It works once, with the password, from ${from} until ${until}. It is shown only now.\n`,
    json: { username, code, valid_from: from, valid_until: until },
  }
}
