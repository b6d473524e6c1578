import type { ForeignPost } from '../../foreign-systems/foreign-system.ts'
import {
  findImported,
  forgetImported,
  type ImportedRow,
  listImported,
  rememberImported,
} from '../../foreign-systems/imported-row-store.ts'
import { sha256 } from '../../platform/digest.ts'
import { insertPost, keepNewPostIdsAbove, rewriteImportedPost } from '../../posts/post-import-store.ts'
import { deletePost } from '../../posts/post-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { ImportPosts } from '../import/import-system.ts'

const BATCH = 200

/** Imports the posts of the sample application. A post that was changed here later stays as it is here. */
export function createImportPosts({ database }: { database: Database }): ImportPosts {
  return async (system, { source, isDryRun, localIdOf }) => {
    const of = { source, kind: 'post' } as const
    const counts = { created: 0, updated: 0, deleted: 0, skipped: 0 }
    const present = new Set<string>()

    async function take(tx: Transaction, post: ForeignPost, authorId: number, known: ImportedRow | undefined) {
      const fingerprint = fingerprintOf(post)
      if (known?.fingerprint === fingerprint) return
      const row = {
        author_id: authorId,
        title: post.title,
        content: post.content,
        created_at: post.createdAt,
        updated_at: post.updatedAt,
      }
      if (known !== undefined) {
        if (await rewriteImportedPost(tx, known.localId, row)) counts.updated++
        await rememberImported(tx, of, [{ ...known, fingerprint }])
        return
      }
      const wanted = Number(post.key)
      const id = await insertPost(tx, { id: Number.isSafeInteger(wanted) && wanted > 0 ? wanted : null, ...row })
      if (id === undefined) {
        counts.skipped++
        return
      }
      await keepNewPostIdsAbove(tx, id)
      await rememberImported(tx, of, [{ key: post.key, localId: id, fingerprint }])
      counts.created++
    }

    for await (const rows of system.posts()) {
      for (let start = 0; start < rows.length; start += BATCH) {
        const part = rows.slice(start, start + BATCH)
        for (const { key } of part) present.add(key)
        const known = await findImported(
          database.read,
          of,
          part.map(({ key }) => key),
        )
        const authors = await localIdOf(part.map(({ authorKey }) => authorKey))
        if (isDryRun) {
          counts.created += part.filter(({ key }) => !known.has(key)).length
          counts.updated += part.filter((post) => isChanged(post, known.get(post.key))).length
          continue
        }
        await database.inTransaction(async (tx) => {
          for (const post of part) {
            const authorId = authors.get(post.authorKey)
            if (authorId === undefined) counts.skipped++
            else await take(tx, post, authorId, known.get(post.key))
          }
        })
      }
    }
    if (present.size > 0) counts.deleted = await removeMissing(database, of, present, isDryRun)
    return counts
  }
}

function isChanged(post: ForeignPost, known: ImportedRow | undefined): boolean {
  return known !== undefined && known.fingerprint !== fingerprintOf(post)
}

function fingerprintOf({ authorKey, title, content, updatedAt }: ForeignPost): string {
  return sha256(JSON.stringify([authorKey, title, content, updatedAt])).slice(0, 12)
}

async function removeMissing(
  database: Database,
  of: { source: string; kind: 'post' },
  present: ReadonlySet<string>,
  isDryRun: boolean,
): Promise<number> {
  let removed = 0
  for (let last = ''; ; ) {
    const page = await listImported(database.read, of, last, BATCH)
    const missing = page.filter(({ key }) => !present.has(key))
    removed += missing.length
    if (!isDryRun && missing.length > 0) {
      await database.inTransaction(async (tx) => {
        for (const { localId } of missing) await deletePost(tx, localId)
        await forgetImported(tx, missing)
      })
    }
    const end = page.at(-1)
    if (end === undefined || page.length < BATCH) return removed
    last = end.key
  }
}
