import { prepared } from '../storage/prepared.ts'

/** The ids of the next `limit` sessions, ended or not, by their ids. For work that visits all sessions in steps. */
export const sessionIdsAfter = prepared((db, afterId: string, limit: number) =>
  db.selectFrom('sessions').select('id').where('id', '>', afterId).orderBy('id').limit(limit),
)
