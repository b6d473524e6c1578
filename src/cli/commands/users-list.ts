import type { Command } from 'commander'
import type { AccountFilter } from '../../accounts/search/account-search.ts'
import type { AccountAdministration } from '../../flows/accounts/account-administration.ts'
import type { Context } from '../context.ts'
import { printableJson, textTable } from '../terminal/printable.ts'
import { accountCells, accountHeadings, accountJson } from '../words/account-words.ts'

/** How many accounts are read at a time. */
const PAGE = 500

type Options = { json?: true; staff?: true; superuser?: true; active?: true; inactive?: true }

/** `users list` and `users find`. */
export function addUsersList(users: Command, context: Context): void {
  const filtered = (command: Command) =>
    command
      .option('--staff', 'only staff')
      .option('--superuser', 'only superusers')
      .option('--active', 'only accounts that may be used')
      .option('--inactive', 'only accounts that are deactivated')
      .option('--json', 'print JSON, for programs')
  filtered(users.command('list').description('lists all accounts, in the order of their ids')).action(
    (options: Options) => list(filterOf(options), options, context),
  )
  filtered(
    users
      .command('find <words...>')
      .description('finds accounts by parts of the name, the address, the phone number or the real name'),
  ).action((words: string[], options: Options) =>
    list({ ...filterOf(options), search: words.join(' ') }, options, context),
  )
}

function filterOf({ staff, superuser, active, inactive }: Options): AccountFilter {
  return {
    isStaff: staff,
    isSuperuser: superuser,
    isActive: active ?? (inactive === undefined ? undefined : false),
  }
}

function list(filter: AccountFilter, { json }: Options, context: Context): Promise<void> {
  return context.administer(({ accounts }) => (json === true ? listJson : listText)(accounts, filter, context), {
    needs: 'database',
  })
}

async function listText(accounts: AccountAdministration, filter: AccountFilter, { terminal }: Context): Promise<void> {
  const table = textTable(accountHeadings)
  for await (const page of pagesOf(accounts, filter)) terminal.write(table(page.map(accountCells)))
}

/** One JSON array, however many accounts there are, written page by page. */
async function listJson(accounts: AccountAdministration, filter: AccountFilter, { terminal }: Context): Promise<void> {
  let separator = '['
  for await (const page of pagesOf(accounts, filter)) {
    for (const account of page) {
      terminal.write(`${separator}\n${printableJson(accountJson(account))}`)
      separator = ','
    }
  }
  terminal.write(separator === '[' ? '[]\n' : '\n]\n')
}

/** All accounts that match, page by page. The first page may be empty. */
async function* pagesOf({ search }: AccountAdministration, filter: AccountFilter) {
  let after: Awaited<ReturnType<typeof search>>['end']
  do {
    const page = await search({ filter, order: 'id', after, limit: PAGE })
    yield page.accounts
    after = page.end
  } while (after !== undefined)
}
