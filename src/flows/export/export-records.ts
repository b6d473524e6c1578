import type { Account } from '../../accounts/account.ts'
import { type AccountBelongings, findBelongings } from '../../accounts/account-export-store.ts'
import { findAccounts, listAccounts } from '../../accounts/account-store.ts'
import type { HeldFactor } from '../../mfa/factor.ts'
import { findProofs } from '../../mfa/factor-export-store.ts'
import type { PortableDevice } from '../../mfa/portable-factor.ts'
import type { Group } from '../../permissions/group.ts'
import { listGroups } from '../../permissions/group-store.ts'
import type { Session } from '../../sessions/session.ts'
import { listLivingSessions } from '../../sessions/session-store.ts'
import type { Queryable } from '../../storage/prepared.ts'

/** A record of an export. */
export type ExportRecord =
  | { kind: 'group'; group: Group }
  | { kind: 'account'; account: Account; belongings: AccountBelongings }
  | { kind: 'factor'; factor: HeldFactor; owner: Account }
  | { kind: 'trusted_device'; device: PortableDevice; owner: Account }
  | { kind: 'session'; session: Session; owner: Account | undefined }
  | { kind: 'post'; post: ExportedPost; author: Account | undefined }

/** A post of the sample application. */
type ExportedPost = {
  id: number
  authorId: number
  title: string
  content: string
  createdAt: number
  updatedAt: number
}

/** Lists the posts with smaller ids than `beforeId`, the largest first. */
export type ListPosts = (db: Queryable, beforeId: number | undefined, limit: number) => Promise<readonly ExportedPost[]>

const PAGE = 500

/**
 * All records of an export, page by page, so that memory use does not grow: groups, accounts, each with its factors and
 * trusted devices, sessions, posts.
 *
 * @param db a snapshot: otherwise a page could refer to something that an earlier one did not contain yet
 * @param hasFactors whether to include second factors and trusted devices
 */
export async function* exportRecords(
  db: Queryable,
  listPosts: ListPosts,
  hasFactors: boolean,
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
    const ids = page.map(({ id }) => id)
    const belongings = await findBelongings(db, ids)
    const proofs = hasFactors ? await findProofs(db, ids, now) : undefined
    for (const account of page) {
      const own = belongings.get(account.id) ?? { passwordHash: undefined, groups: [], permissions: [] }
      yield { kind: 'account', account, belongings: own }
      const { factors = [], devices = [] } = proofs?.get(account.id) ?? {}
      for (const factor of factors) yield { kind: 'factor', factor, owner: account }
      for (const device of devices) yield { kind: 'trusted_device', device, owner: account }
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
  for (let last: number | undefined; ; ) {
    const page = await listPosts(db, last, PAGE)
    const authors = await findAccounts(db, [...new Set(page.map(({ authorId }) => authorId))])
    for (const post of page) yield { kind: 'post', post, author: authors.get(post.authorId) }
    last = page.at(-1)?.id
    if (page.length < PAGE) break
  }
}
