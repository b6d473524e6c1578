import type { Command } from 'commander'
import type { Administration } from '../../app/commands/administration.ts'
import { AuthError } from '../../errors.ts'
import { commandLine } from '../../flows/rights/actor.ts'
import type { Group } from '../../permissions/group.ts'
import { findOrRefuse } from '../account-changes.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { type Answer, answering } from '../terminal/answer.ts'
import { printable, textTable } from '../terminal/printable.ts'
import { accountFaultLines } from '../words/fault-words.ts'

type DataOptions = { name?: string; description?: string; permissions?: string }

/** `groups` and its commands. */
export function addGroups(program: Command, context: Context): void {
  const groups = program
    .command('groups')
    .description('groups: sets of permissions for their members; list, create, change, add, remove, delete')
  answering(groups.command('list').description('lists all groups with their permissions'), context, () =>
    context.administer(list, { needs: 'database' }),
  )
  answering(
    withData(groups.command('create <group>').description('creates a group')),
    context,
    (name: string, options: DataOptions) =>
      context.administer(async ({ groups }) => {
        const { description = '', permissions = [] } = dataOf(options)
        const group = await refusingFaults(() => groups.create({ name, description, permissions }, commandLine))
        return { text: `Created the group ${printable(group.name)}.\n`, json: jsonOf(group) }
      }),
  )
  const change = groups.command('change <group>').description('changes a group; what you leave out stays as it is')
  answering(withData(change.option('--name <name>', 'its new name')), context, (name: string, options: DataOptions) =>
    context.administer(async (administration) => {
      const { id } = await findGroup(name, administration)
      const group = await refusingFaults(() => administration.groups.change(id, dataOf(options), commandLine))
      return { text: `Changed the group ${printable(group.name)}.\n`, json: jsonOf(group) }
    }),
  )
  answering(
    groups.command('add <group> <name>').description('makes an account a member of a group'),
    context,
    (group: string, name: string) => context.administer((administration) => join(group, name, administration)),
  )
  answering(
    groups.command('remove <group> <name>').description('removes an account from a group'),
    context,
    (group: string, name: string) => context.administer((administration) => leave(group, name, administration)),
  )
  answering(
    groups
      .command('delete <group>')
      .description('deletes a group; its members lose its permissions; asks first in a terminal')
      .option('--yes', 'do not ask'),
    context,
    (name: string, { yes }: { yes?: true }) =>
      context.administer((administration) => remove(name, yes === true, administration, context)),
  )
}

function withData(command: Command): Command {
  return command
    .option('--description <text>', 'what it is for')
    .option('--permissions <names>', 'the permissions of its members, with commas between them')
}

function dataOf({ name, description, permissions }: DataOptions) {
  const names = permissions?.split(',').map((one) => one.trim())
  return { name, description, permissions: names?.filter((one) => one !== '') }
}

/** How many groups are read at a time. */
const PAGE = 200

async function* allGroups({ groups }: Pick<Administration, 'groups'>): AsyncGenerator<Group> {
  let afterId = 0
  for (;;) {
    const page = await groups.list({ afterId, limit: PAGE })
    yield* page.groups
    const last = page.groups.at(-1)
    if (!page.hasMore || last === undefined) return
    afterId = last.id
  }
}

async function list(administration: Administration): Promise<Answer> {
  const listed = await Array.fromAsync(allGroups(administration))
  const table = textTable(['ID', 'NAME', 'PERMISSIONS', 'DESCRIPTION'])
  const rows = listed.map(({ id, name, permissions, description }) => [
    String(id),
    name,
    permissions.join(', '),
    description,
  ])
  return { text: table(rows), json: listed.map(jsonOf) }
}

/** The group with this name, in any case. @throws Refusal if there is none */
async function findGroup(name: string, administration: Administration): Promise<Group> {
  const wanted = name.trim().toLowerCase()
  for await (const group of allGroups(administration)) if (group.name.toLowerCase() === wanted) return group
  throw new Refusal(`There is no group called ${printable(name)}.`)
}

async function join(groupName: string, name: string, administration: Administration): Promise<Answer> {
  const group = await findGroup(groupName, administration)
  const { id, username } = await findOrRefuse(administration.accounts, name)
  const changed = await administration.groups.addMember(group.id, id, commandLine)
  const words = changed ? 'is now in' : 'was already in'
  return { text: `${printable(username)} ${words} ${printable(group.name)}.\n`, json: { username, changed } }
}

async function leave(groupName: string, name: string, administration: Administration): Promise<Answer> {
  const group = await findGroup(groupName, administration)
  const { id, username } = await findOrRefuse(administration.accounts, name)
  const changed = await administration.groups.removeMember(group.id, id, commandLine)
  const words = changed ? 'is no longer in' : 'was not in'
  return { text: `${printable(username)} ${words} ${printable(group.name)}.\n`, json: { username, changed } }
}

async function remove(
  name: string,
  isSure: boolean,
  administration: Administration,
  { terminal }: Context,
): Promise<Answer> {
  const group = await findGroup(name, administration)
  const question = `Delete the group ${printable(group.name)}? Its members lose its permissions.`
  if (terminal.isInteractive && !isSure && !(await terminal.confirm(question))) {
    throw new Refusal('Cancelled. Nothing was deleted.')
  }
  await administration.groups.remove(group.id, commandLine)
  return { text: `Deleted the group ${printable(group.name)}.\n`, json: { name: group.name, changed: true } }
}

function jsonOf({ id, name, description, permissions }: Group) {
  return { id, name, description, permissions }
}

/** @throws Refusal with all faults of the group */
async function refusingFaults<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action()
  } catch (error) {
    if (!(error instanceof AuthError && error.code === 'invalid_fields')) throw error
    throw new Refusal(accountFaultLines(error.faults).join('\n'))
  }
}
