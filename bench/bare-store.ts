import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

type BareAccount = { id: number; username: string; email: string; hash: string }

/** The data of the bare server. Each change is one durable commit. */
type BareStore = {
  /** The account of a session; undefined if the session does not exist. */
  findOwner(sessionId: string): BareAccount | undefined | Promise<BareAccount | undefined>
  findAccountByName(username: string): BareAccount | undefined | Promise<BareAccount | undefined>
  /** The id of the new account. */
  addAccount(username: string, email: string, hash: string): Promise<number>
  addSession(id: string, accountId: number, jti: string): Promise<void>
  /**
   * Replaces the session's refresh token, after reading the session's account, which may no longer exist.
   *
   * @returns false if the token is not the current one or the account does not exist
   */
  rotate(id: string, jti: string, nextJti: string): Promise<boolean>
}

const tables = (idType: string) => `
  create table accounts (id ${idType}, username text not null unique, email text not null, hash text not null);
  create table sessions (id text primary key, account_id bigint not null, jti text not null);`

const ownerQuery = (parameter: string) =>
  `select accounts.* from sessions join accounts on accounts.id = sessions.account_id where sessions.id = ${parameter}`

/**
 * SQLite in WAL mode with `synchronous=FULL`, like Latchkey.
 *
 * @param commitsSharing how many waiting changes may share one commit; 1: each has its own
 */
export function openSqliteStore(path: string, commitsSharing: number): BareStore {
  const file = new DatabaseSync(path)
  file.exec(`pragma journal_mode = wal; pragma synchronous = full; ${tables('integer primary key')}`)
  const byName = file.prepare('select * from accounts where username = ?')
  const insertAccount = file.prepare('insert into accounts (username, email, hash) values (?, ?, ?)')
  const ownerOfSession = file.prepare(ownerQuery('?'))
  const insertSession = file.prepare('insert into sessions (id, account_id, jti) values (?, ?, ?)')
  const updateSession = file.prepare('update sessions set jti = ? where id = ? and jti = ?')
  const begin = file.prepare('begin immediate')
  const end = file.prepare('commit')
  const waiting: (() => () => void)[] = []

  function commitWaiting(): void {
    while (waiting.length > 0) {
      begin.run()
      const settled = waiting.splice(0, commitsSharing).map((change) => change())
      end.run()
      for (const settle of settled) settle()
    }
  }

  function durably<T>(change: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (waiting.length === 0) setImmediate(commitWaiting)
      waiting.push(() => {
        const value = change()
        return () => resolve(value)
      })
    })
  }

  return {
    findOwner: (sessionId) => ownerOfSession.get(sessionId) as BareAccount | undefined,
    findAccountByName: (username) => byName.get(username) as BareAccount | undefined,
    addAccount: (username, email, hash) =>
      durably(() => Number(insertAccount.run(username, email, hash).lastInsertRowid)),
    addSession: (id, accountId, jti) =>
      durably(() => {
        insertSession.run(id, accountId, jti)
      }),
    rotate: (id, jti, nextJti) =>
      durably(() => ownerOfSession.get(id) !== undefined && updateSession.run(nextJti, id, jti).changes === 1),
  }
}

/** PostgreSQL with as many connections as Latchkey, and prepared statements. */
export async function openPostgresStore(url: string): Promise<BareStore> {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  await pool.query(tables('integer generated always as identity primary key'))

  async function run<Row extends pg.QueryResultRow>(name: string, text: string, values: (string | number)[]) {
    return pool.query<Row>({ name, text, values })
  }

  return {
    findOwner: async (sessionId) => (await run<BareAccount>('owner_of_session', ownerQuery('$1'), [sessionId])).rows[0],
    findAccountByName: async (username) =>
      (await run<BareAccount>('by_name', 'select * from accounts where username = $1', [username])).rows[0],
    async addAccount(username, email, hash) {
      const text = 'insert into accounts (username, email, hash) values ($1, $2, $3) returning id'
      return (await run<{ id: number }>('add_account', text, [username, email, hash])).rows[0]?.id ?? 0
    },
    async addSession(id, accountId, jti) {
      await run('add_session', 'insert into sessions (id, account_id, jti) values ($1, $2, $3)', [id, accountId, jti])
    },
    async rotate(id, jti, nextJti) {
      if ((await run('owner_of_session', ownerQuery('$1'), [id])).rowCount === 0) return false
      const text = 'update sessions set jti = $1 where id = $2 and jti = $3'
      return (await run('rotate', text, [nextJti, id, jti])).rowCount === 1
    },
  }
}
