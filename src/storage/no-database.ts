import type { Database } from './database.ts'

const refuse = () => Promise.reject(new Error('this server has no database: it can only be described'))

/** Stands in where a server is only described and never asked. Whoever uses it has made a mistake, and is told so. */
export const noDatabase: Database = {
  kind: 'sqlite',
  get read(): never {
    throw new Error('this server has no database: it can only be described')
  },
  inTransaction: refuse,
  inOneStatement: refuse,
  close: async () => {},
}
