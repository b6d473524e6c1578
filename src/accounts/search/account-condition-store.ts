import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Tables } from '../../storage/tables.ts'
import { type AccountFilter, idOfWord, searchWords } from './account-search.ts'
import { boundsOf } from './account-words-store.ts'

type Builder = ExpressionBuilder<Tables, 'accounts'>

/** Expressions that have an index. The databases use it only for exactly these texts. */
export const indexed = {
  /** 1: active, 0: inactive. */
  state: sql<number>`(case when deactivated_at is null then 1 else 0 end)`,
  /** When the account was last used; 0: never. */
  lastLogin: sql<number>`coalesce(last_login_at, 0)`,
}

/** The conditions that an account must fulfil. */
export function conditions(builder: Builder, filter: AccountFilter): Expression<SqlBool>[] {
  const hasWord = filter.match === 'prefix' ? begins : contains
  const found: Expression<SqlBool>[] = searchWords(filter.search ?? '').map((word) => hasWord(builder, word))
  const { isActive, isStaff, isSuperuser, isEmailVerified, hasSecondFactor, groupId } = filter
  const { createdFrom, createdBefore, lastLoginFrom, lastLoginBefore } = filter
  if (isActive !== undefined) found.push(builder('deactivated_at', isActive ? 'is' : 'is not', null))
  if (isEmailVerified !== undefined) {
    const verified = builder.and([builder('email', '!=', ''), builder('email_verified_at', 'is not', null)])
    found.push(isEmailVerified ? verified : builder.not(verified))
  }
  if (isStaff !== undefined) found.push(builder('is_staff', '=', isStaff ? 1 : 0))
  if (isSuperuser !== undefined) found.push(builder('is_superuser', '=', isSuperuser ? 1 : 0))
  if (createdFrom !== undefined) found.push(builder('created_at', '>=', createdFrom))
  if (createdBefore !== undefined) found.push(builder('created_at', '<', createdBefore))
  if (lastLoginFrom !== undefined) found.push(builder('last_login_at', '>=', lastLoginFrom))
  if (lastLoginBefore !== undefined) found.push(builder('last_login_at', '<', lastLoginBefore))
  // Looked up for each account, because a list of all holders or members would be built again for each stretch.
  // PostgreSQL builds one anyway unless there is an offset.
  if (hasSecondFactor !== undefined) {
    const held = builder.exists(
      builder
        .selectFrom('factors')
        .select('factors.id')
        .whereRef('factors.account_id', '=', 'accounts.id')
        .where('factors.confirmed_at', 'is not', null)
        .where('factors.type', '!=', 'recovery_code')
        .limit(1)
        .offset(0),
    )
    found.push(hasSecondFactor ? held : builder.not(held))
  }
  if (groupId !== undefined) {
    const membership = builder
      .selectFrom('account_groups')
      .innerJoin('groups', 'groups.id', 'account_groups.group_id')
      .select('groups.id')
      .where('account_groups.group_id', '=', groupId)
      .whereRef('account_groups.account_id', '=', 'accounts.id')
      .where('groups.deleted_at', 'is', null)
      .limit(1)
      .offset(0)
    found.push(builder.exists(membership))
  }
  return found
}

/** Whether an account has the word anywhere in a field, or has the id that the word is. */
function contains(builder: Builder, word: string): Expression<SqlBool> {
  return builder.or([
    ...hasId(builder, word),
    // Both are folded already. So it changes nothing that SQLite's LIKE ignores the case of ASCII.
    sql<boolean>`search_text like ${pattern(word)} escape '!'`,
  ])
}

/** Whether an account has a word with this beginning, or has the id that the word is. */
function begins(builder: Builder, word: string): Expression<SqlBool> {
  const [from, to] = boundsOf(word)
  const words = builder
    .selectFrom('account_words')
    .select('account_words.word')
    .whereRef('account_words.account_id', '=', 'accounts.id')
    .where('account_words.word', '>=', from)
    .where('account_words.word', '<', to)
  return builder.or([...hasId(builder, word), builder.exists(words)])
}

function hasId(builder: Builder, word: string): Expression<SqlBool>[] {
  const id = idOfWord(word)
  return id === undefined ? [] : [builder('accounts.id', '=', id)]
}

/** The LIKE pattern for "contains", in which nothing typed is a wildcard. */
function pattern(text: string): string {
  return `%${text.replace(/[!%_]/g, '!$&')}%`
}
