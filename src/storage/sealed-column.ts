import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Queryable, Transaction } from './prepared.ts'
import type { Tables } from './tables.ts'

type SealedColumn<Table extends keyof Tables> = {
  table: Table
  column: keyof Tables[Table] & string
  /** The place that the secret of a row is bound to when it is encrypted. */
  placeOf(id: string): string
  /** Only these rows. Default: all. */
  where?: RawBuilder<SqlBool>
}

/** Lists the encrypted secrets of a nullable column, and replaces them. The ids of its table are texts. */
export function sealedColumn<Table extends keyof Tables>({ table, column, placeOf, where }: SealedColumn<Table>) {
  const from = sql.table(table)
  const secret = sql.ref(column)
  return {
    /** The next rows by id, at most `limit` of them. */
    async list(
      db: Queryable,
      afterId: string,
      limit: number,
    ): Promise<{ id: string; sealed: string; place: string }[]> {
      const { rows } = await sql<{ id: string; sealed: string }>`
        select id, ${secret} as sealed from ${from}
        where id > ${afterId} and ${secret} is not null and ${where ?? sql<SqlBool>`1 = 1`}
        order by id limit ${limit}`.execute(db)
      return rows.map(({ id, sealed }) => ({ id, sealed, place: placeOf(id) }))
    },
    /** Only if the secret has not changed or been removed since it was read. */
    async replace(tx: Transaction, id: string, former: string, fresh: string): Promise<void> {
      await sql`update ${from} set ${secret} = ${fresh} where id = ${id} and ${secret} = ${former}`.execute(tx)
    },
  }
}
