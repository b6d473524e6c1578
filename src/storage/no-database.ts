import type { Database } from './database.ts'

const MISUSED = 'this server has no database: it can only be described'
const refuse = () => Promise.reject(new Error(MISUSED))

/** A placeholder where a server is only described. Using it is a bug and throws. */
export const noDatabase: Database = {
  kind: 'sqlite',
  get read(): never {
    throw new Error(MISUSED)
  },
  inTransaction: refuse,
  inOneStatement: refuse,
  inLongTransaction: refuse,
  inSnapshot: refuse,
  checkReady: refuse,
  close: async () => {},
}
