import type { Account } from '../../accounts/account.ts'
import { type AccountBelongings, findBelongings } from '../../accounts/account-export-store.ts'
import { findAccounts, listAccounts } from '../../accounts/account-store.ts'
import type { Group } from '../../permissions/group.ts'
import { listGroups } from '../../permissions/group-store.ts'
import type { Session } from '../../sessions/session.ts'
import { listLivingSessions } from '../../sessions/session-store.ts'
import type { Queryable } from '../../storage/prepared.ts'

/** Something that an export contains. */
export type ExportRecord =
  | { kind: 'group'; group: Group }
  | { kind: 'account'; account: Account; belongings: AccountBelongings }
  | { kind: 'session'; session: Session; owner: Account | undefined }
  | { kind: 'post'; post: ExportedPost; author: Account | undefined }

/** A post of the sample application. */
export type ExportedPost = {
  id: number
  authorId: number
  title: string
  content: string
  createdAt: number
  updatedAt: number
}

const PAGE = 500

/** Everything of an export, page by page, so that memory does not grow: groups, accounts, sessions, posts. */
export async function* exportRecords(
  db: Queryable,
  listPosts: () => Promise<readonly ExportedPost[]>,
  now: number,
): AsyncIterable<ExportRecord> {
  for (let last = 0; ; ) {
    const page = await listGroups(db, { afterId: last, limit: PAGE })
    for (const group of page) yield { kind: 'group', group }
    last = page.at(-1)?.id ?? last
    if (page.length < PAGE) break
  }
  for (let last = 0; ; ) {
    const page = await listAccounts(db, last, PAGE)
    const belongings = await findBelongings(
      db,
      page.map(({ id }) => id),
    )
    for (const account of page) {
      const own = belongings.get(account.id) ?? { passwordHash: undefined, groups: [], permissions: [] }
      yield { kind: 'account', account, belongings: own }
    }
    last = page.at(-1)?.id ?? last
    if (page.length < PAGE) break
  }
  for (let last = ''; ; ) {
    const page = await listLivingSessions(db, now, last, PAGE)
    const owners = await findAccounts(
      db,
      page.map(({ accountId }) => accountId),
    )
    for (const session of page) yield { kind: 'session', session, owner: owners.get(session.accountId) }
    last = page.at(-1)?.id ?? last
    if (page.length < PAGE) break
  }
  const posts = await listPosts()
  const authors = await findAccounts(db, [...new Set(posts.map(({ authorId }) => authorId))])
  for (const post of posts) yield { kind: 'post', post, author: authors.get(post.authorId) }
}
