import { Readable } from 'node:stream'
import { type Static, Type } from 'typebox'
import { type Account, isActive } from '../../../../accounts/account.ts'
import { accountOrders } from '../../../../accounts/search/account-search.ts'
import { fieldRefusal } from '../../../../errors.ts'
import type { AccountAdministration } from '../../../../flows/accounts/account-administration.ts'
import type { ListAccountLinks } from '../../../../flows/accounts/list-account-links.ts'
import { DEPENDENTS_LIMIT, type PreviewDeletion } from '../../../../flows/accounts/preview-deletion.ts'
import type { ApplyToPage, ChosenAccounts } from '../../../../flows/bulk/apply-to-page.ts'
import { csvRow } from '../../csv.ts'
import { type ApiRoute, administratorOf, apiRoute } from '../../route.ts'
import { idSchema, orNull, readId, timeSchema, wireTime } from '../../wire.ts'
import { filterOf, filterProperties } from './account-filter.ts'
import { accountsOf, actionOf, bulkCounts, bulkProperties } from './bulk-body.ts'

export type ManyAccountsRouteParts = {
  accountAdministration: AccountAdministration
  applyToPage: ApplyToPage
  listAccountLinks: ListAccountLinks
  previewDeletion: PreviewDeletion
}

/** How many accounts one request changes at most. */
const MOST = 500
/** How many accounts are read at a time for an export. */
const PAGE = 500

const bulkBody = Type.Object({
  ...bulkProperties(MOST),
  after: Type.Optional(
    Type.Integer({ ...idSchema, description: 'With `filter`: the `next` of the previous response' }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MOST, description: 'With `filter`: how many accounts. Default 200' }),
  ),
})

const bulkAnswer = Type.Object({
  ...bulkCounts,
  next: orNull(Type.Integer({ description: 'Send it as `after` to continue; null: all accounts are done' })),
})

/** An account of the list, and whether it has a second factor. */
type Row = Account & { hasSecondFactor: boolean }

const columns = {
  id: ({ id }: Account) => String(id),
  username: ({ username }: Account) => username,
  email: ({ email }: Account) => email,
  email_verified: ({ email, emailVerifiedAt }: Account) => String(email !== '' && emailVerifiedAt !== undefined),
  first_name: ({ firstName }: Account) => firstName,
  last_name: ({ lastName }: Account) => lastName,
  phone_number: ({ phoneNumber }: Account) => phoneNumber,
  locale: ({ locale }: Account) => locale ?? '',
  is_active: (account: Account) => String(isActive(account)),
  is_staff: ({ isStaff }: Account) => String(isStaff),
  is_superuser: ({ isSuperuser }: Account) => String(isSuperuser),
  second_factor: ({ hasSecondFactor }: Row) => String(hasSecondFactor),
  created_at: ({ createdAt }: Account) => wireTime(createdAt) ?? '',
  last_login_at: ({ lastLoginAt }: Account) => wireTime(lastLoginAt) ?? '',
}
type Column = keyof typeof columns
const columnNames = Object.keys(columns) as Column[]

const links = Type.Object({
  links: Type.Array(
    Type.Object({
      purpose: Type.String({ description: 'The email flow' }),
      email: Type.String({ description: 'The address it was sent to' }),
      created_at: timeSchema,
      expires_at: timeSchema,
      state: Type.Enum(['valid', 'expired', 'void'], {
        description: '`void`: the account has changed since. Used links are not listed',
      }),
    }),
  ),
})

const dependent = (description: string) =>
  Type.Integer({
    minimum: 0,
    maximum: DEPENDENTS_LIMIT,
    description: `${description}. Counted up to ${DEPENDENTS_LIMIT}`,
  })
const dependents = Type.Object({
  sessions: dependent('Sessions that end'),
  links: dependent('One-time links that stop working'),
  mails: dependent('Records of mail'),
  posts: dependent('Posts of the sample resource'),
})

/** What administrators do to many accounts at once, and the one-time links of an account. */
export function manyAccountsRoutes(parts: ManyAccountsRouteParts): ApiRoute[] {
  const { accountAdministration, applyToPage, listAccountLinks, previewDeletion } = parts
  const common = { access: 'staff', tag: 'administration', permission: 'accounts.view' } as const

  async function* csvOf(
    names: readonly Column[],
    search: Omit<Parameters<typeof accountAdministration.search>[0], 'limit'>,
  ) {
    yield csvRow(names)
    let { after } = search
    do {
      const page = await accountAdministration.list({ ...search, after, limit: PAGE })
      const rows = page.accounts.map((one): Row => ({ ...one, hasSecondFactor: page.idsWithFactors.has(one.id) }))
      yield rows.map((row) => csvRow(names.map((name) => columns[name](row)))).join('')
      after = page.end
    } while (after !== undefined)
  }

  return [
    apiRoute({
      ...common,
      method: 'POST',
      path: '/admin/users/bulk',
      needsRecentLogin: true,
      summary: 'Apply one action to a batch of accounts',
      description:
        'Pass the accounts as `ids`, or select them with `filter`. To change all that match in one request, see `bulk/stream`. You need the same permission as for one account. Accounts that ' +
        'fail are listed with the error code, and do not stop the others.',
      body: bulkBody,
      answer: { status: 200, schema: bulkAnswer },
      refusals: ['not_found'],
      handle: async (asked) => {
        const { body } = asked
        const outcome = await applyToPage(actionOf(body), someOf(body), administratorOf(asked))
        const failed = outcome.failed.map(({ id, username = null, code }) => ({ id, username, code }))
        return { done: outcome.done, unchanged: outcome.unchanged, failed, next: outcome.nextAfterId ?? null }
      },
    }),
    apiRoute({
      ...common,
      method: 'GET',
      path: '/admin/users/export',
      summary: 'Export accounts as CSV',
      description:
        'Takes the filters of the list. A cell that a spreadsheet would run as a formula begins with an apostrophe.',
      query: Type.Object({
        ...filterProperties,
        order: Type.Optional(Type.Enum([...accountOrders], { description: 'Default `id`' })),
        columns: Type.Optional(
          Type.String({
            maxLength: 300,
            description: `Separated by commas. Default: all, ${columnNames.map((name) => `\`${name}\``).join(', ')}`,
          }),
        ),
      }),
      answer: { status: 200, schema: Type.String(), contentType: 'text/csv' },
      handle: async ({ reply, query: { order = 'id', columns: wanted, ...filter } }) => {
        const rows = csvOf(readColumns(wanted), { filter: filterOf(filter), order })
        reply.header('content-disposition', 'attachment; filename="accounts.csv"')
        return Readable.from(rows)
      },
    }),
    apiRoute({
      ...common,
      method: 'GET',
      path: '/admin/users/:id/dependents',
      permission: 'accounts.delete',
      summary: 'Count what would be deleted together with an account',
      answer: { status: 200, schema: dependents },
      refusals: ['not_found'],
      handle: ({ params }) => previewDeletion(readId(params.id)),
    }),
    apiRoute({
      ...common,
      method: 'GET',
      path: '/admin/users/:id/links',
      summary: 'List the one-time links that were mailed to an account, newest first',
      answer: { status: 200, schema: links },
      refusals: ['not_found'],
      handle: async ({ params }) => ({
        links: (await listAccountLinks(readId(params.id))).map(({ purpose, email, createdAt, expiresAt, state }) => ({
          purpose,
          email,
          created_at: wireTime(createdAt),
          expires_at: wireTime(expiresAt),
          state,
        })),
      }),
    }),
  ]
}

type BulkBody = Static<typeof bulkBody>

function someOf({ after = 0, limit = 200, ...body }: BulkBody): ChosenAccounts {
  const which = accountsOf(body)
  return 'ids' in which ? which : { filter: filterOf(which.filter), afterId: after, limit }
}

function readColumns(text: string | undefined): readonly Column[] {
  if (text === undefined) return columnNames
  const names = text.split(',').map((name) => columnNames.find((column) => column === name.trim()))
  if (names.some((name) => name === undefined)) throw fieldRefusal('columns', 'unknown_column')
  return names.filter((name) => name !== undefined)
}
