import type { Command } from 'commander'
import type { Administration } from '../../app/administration.ts'
import type { ChangeOutcome, ManageAccounts } from '../../flows/accounts/manage-accounts.ts'
import { findOrRefuse, unknownName } from '../account-changes.ts'
import { accountCells, accountHeadings, accountJson, accountText } from '../account-words.ts'
import { type Answer, answering } from '../answer.ts'
import { type Context, commandLine } from '../context.ts'
import { printable, printableJson, textTable } from '../printable.ts'
import { Refusal } from '../refusal.ts'
import { addUsersCreate } from './users-create.ts'

/** How many accounts are read at a time. */
const PAGE = 500

/** `users list`, `show`, `create`, `activate`, `deactivate` and `delete`. */
export function addUsers(program: Command, context: Context): void {
  const users = program.command('users').description('accounts: list, show, create, activate, deactivate, delete')
  users
    .command('list')
    .description('lists all accounts by id')
    .option('--json', 'print JSON, for machines')
    .action(({ json }: { json?: true }) =>
      context.administer(({ accounts }) => (json === true ? listJson(accounts, context) : listText(accounts, context))),
    )
  answering(users.command('show <name>').description('shows one account'), context, (name: string) =>
    context.administer((administration) => show(name, administration)),
  )
  addUsersCreate(users, context)
  answering(users.command('activate <name>').description('activates an account again'), context, (name: string) =>
    context.administer(async ({ accounts }) => {
      const { kind } = await accounts.activate(name, commandLine)
      return changeAnswer(name, kind, { done: 'is now active', unchanged: 'was already active' })
    }),
  )
  answering(
    users.command('deactivate <name>').description('deactivates an account; its tokens are refused from now on'),
    context,
    (name: string) =>
      context.administer(async ({ accounts }) => {
        const { kind } = await accounts.deactivate(name, commandLine)
        return changeAnswer(name, kind, { done: 'is now deactivated', unchanged: 'was already deactivated' })
      }),
  )
  answering(
    users
      .command('delete <name>')
      .description('deletes an account with its password and posts; asks first in a terminal')
      .option('--yes', 'do not ask'),
    context,
    (name: string, { yes }: { yes?: true }) =>
      context.administer(async ({ accounts }) => {
        if (context.terminal.isInteractive && yes !== true) await confirmDeletion(name, accounts, context)
        const { kind } = await accounts.remove(name, commandLine)
        return changeAnswer(name, kind, { done: 'has been deleted', unchanged: 'was deleted at the same moment' })
      }),
  )
}

async function listText(accounts: ManageAccounts, { terminal }: Context): Promise<void> {
  const table = textTable(accountHeadings)
  for await (const page of pagesOf(accounts)) terminal.write(table(page.map(accountCells)))
}

/** One array, however many accounts there are: written page by page. */
async function listJson(accounts: ManageAccounts, { terminal }: Context): Promise<void> {
  let separator = '['
  for await (const page of pagesOf(accounts)) {
    for (const account of page) {
      terminal.write(`${separator}\n${printableJson(accountJson(account))}`)
      separator = ','
    }
  }
  terminal.write(separator === '[' ? '[]\n' : '\n]\n')
}

/** All accounts, page by page; the first page may be empty. */
async function* pagesOf(accounts: ManageAccounts) {
  let afterId = 0
  for (;;) {
    const page = await accounts.list(afterId, PAGE)
    yield page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    afterId = last.id
  }
}

async function show(name: string, { accounts, sessions }: Administration): Promise<Answer> {
  const account = await findOrRefuse(accounts, name)
  const alive = (await sessions.list(account.id)).filter(({ endReason }) => endReason === undefined).length
  return { text: accountText(account, alive), json: { ...accountJson(account), sessions: alive } }
}

async function confirmDeletion(name: string, accounts: ManageAccounts, { terminal }: Context): Promise<void> {
  const { id, username } = await findOrRefuse(accounts, name)
  const question = `Delete ${printable(username)} (id ${id}) with its password and posts? This cannot be undone.`
  if (!(await terminal.confirm(question))) throw new Refusal('Cancelled. Nothing was deleted.')
}

/** @throws Refusal if the name is nobody's */
function changeAnswer(name: string, kind: ChangeOutcome['kind'], words: Record<'done' | 'unchanged', string>): Answer {
  if (kind === 'unknown') throw unknownName(name)
  return {
    text: `${printable(name)} ${words[kind]}.\n`,
    json: { username: name, changed: kind === 'done' },
  }
}
