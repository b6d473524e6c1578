import type { Command } from 'commander'
import type { Account } from '../../accounts/account.ts'
import type { Administration } from '../../app/commands/administration.ts'
import { AuthError } from '../../errors.ts'
import { commandLine } from '../../flows/rights/actor.ts'
import { sessionsOfAccount } from '../../flows/sessions/list-sessions.ts'
import { findOrRefuse } from '../account-changes.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { type Answer, answering } from '../terminal/answer.ts'
import { printable } from '../terminal/printable.ts'
import { accountJson, accountText } from '../words/account-words.ts'
import { addUsersCreate } from './users-create.ts'
import { addUserFactors } from './users-factors.ts'
import { addUsersList } from './users-list.ts'

/** `users` and its commands. */
export function addUsers(program: Command, context: Context): void {
  const users = program
    .command('users')
    .description('accounts: list, find, show, create, activate, deactivate, promote, demote, reset, factors, delete')
  addUsersList(users, context)
  answering(users.command('show <name>').description('shows one account'), context, (name: string) =>
    context.administer((administration) => show(name, administration), { needs: 'database' }),
  )
  addUsersCreate(users, context)
  addUserChanges(users, context)
  addUserFactors(users, context)
  answering(
    users
      .command('reset <name>')
      .description('mails the owner a link to set a new password; until then nothing changes'),
    context,
    (name: string) => context.administer((administration) => mailResetLink(name, administration)),
  )
  answering(
    users
      .command('delete <name>')
      .description('deletes an account with its password and posts; asks first in a terminal')
      .option('--yes', 'do not ask'),
    context,
    (name: string, { yes }: { yes?: true }) =>
      context.administer((administration) => remove(name, yes === true, administration, context)),
  )
}

/** The commands that change one switch of an account. */
function addUserChanges(users: Command, context: Context): void {
  answering(users.command('activate <name>').description('activates an account again'), context, (name: string) =>
    change(context, name, { isActive: true }, { done: 'is now active', unchanged: 'was already active' }),
  )
  answering(
    users.command('deactivate <name>').description('deactivates an account; its tokens are refused from now on'),
    context,
    (name: string) =>
      change(context, name, { isActive: false }, { done: 'is now deactivated', unchanged: 'was already deactivated' }),
  )
  answering(
    users
      .command('promote <name>')
      .description('makes an account a superuser, who may do everything; superusers are staff too')
      .option('--staff', 'make it staff only: it may use the administration within its permissions'),
    context,
    (name: string, { staff }: { staff?: true }) =>
      staff === true
        ? change(context, name, { isStaff: true }, { done: 'is now staff', unchanged: 'was already staff' })
        : change(
            context,
            name,
            { isStaff: true, isSuperuser: true },
            { done: 'is now a superuser', unchanged: 'was already a superuser' },
          ),
  )
  answering(
    users
      .command('demote <name>')
      .description('removes the superuser and staff rights of an account; groups and permissions stay')
      .option('--superuser', 'remove only the superuser right; the account stays staff'),
    context,
    (name: string, { superuser }: { superuser?: true }) =>
      superuser === true
        ? change(
            context,
            name,
            { isSuperuser: false },
            { done: 'is no longer a superuser', unchanged: 'was not a superuser' },
          )
        : change(
            context,
            name,
            { isStaff: false, isSuperuser: false },
            { done: 'is now neither staff nor a superuser', unchanged: 'was neither staff nor a superuser' },
          ),
  )
}

type Switches = { isActive?: boolean; isStaff?: boolean; isSuperuser?: boolean }

function change(
  context: Context,
  name: string,
  wanted: Switches,
  words: Record<'done' | 'unchanged', string>,
): Promise<Answer> {
  return context.administer(async ({ accounts }) => {
    const { id, username } = await findOrRefuse(accounts, name)
    const { isChanged } = await accounts.change(id, wanted, commandLine)
    return {
      text: `${printable(username)} ${isChanged ? words.done : words.unchanged}.\n`,
      json: { username, changed: isChanged },
    }
  })
}

async function show(name: string, { accounts, listSessions }: Administration): Promise<Answer> {
  const account = await findOrRefuse(accounts, name)
  const { rights } = await accounts.get(account.id)
  let alive = 0
  for await (const page of sessionsOfAccount(listSessions, account.id, 'living')) alive += page.length
  const groups = rights.groups.map((group) => group.name)
  return {
    text: accountText(account, alive, groups),
    json: { ...accountJson(account), groups, sessions: alive },
  }
}

async function mailResetLink(name: string, { accounts }: Administration): Promise<Answer> {
  const { id, username, email } = await findOrRefuse(accounts, name)
  try {
    await accounts.passwords.mailResetLink(id, commandLine)
  } catch (error) {
    if (!(error instanceof AuthError && error.code === 'no_mail')) throw error
    const cure = email === '' ? 'Give the account an address, or use changepassword.' : 'Set MAIL_URL first.'
    throw new Refusal(`No mail can be sent to ${printable(username)}. ${cure}`)
  }
  return {
    text: `A running server mails ${printable(email)} a link to set a new password.\n`,
    json: { username, email },
  }
}

async function remove(
  name: string,
  isSure: boolean,
  { accounts }: Administration,
  { terminal }: Context,
): Promise<Answer> {
  const account = await findOrRefuse(accounts, name)
  if (terminal.isInteractive && !isSure && !(await terminal.confirm(deletionQuestion(account)))) {
    throw new Refusal('Cancelled. Nothing was deleted.')
  }
  const { id, username } = account
  const isDeleted = await accounts.remove(id, commandLine).then(
    () => true,
    (error: unknown) => {
      if (error instanceof AuthError && error.code === 'not_found') return false
      throw error
    },
  )
  const text = isDeleted ? 'has been deleted' : 'was deleted at the same moment'
  return { text: `${printable(username)} ${text}.\n`, json: { username, changed: isDeleted } }
}

function deletionQuestion({ id, username }: Account): string {
  return `Delete ${printable(username)} (id ${id}) with its password and posts? This cannot be undone.`
}
