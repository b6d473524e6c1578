import type * as Sqlite from 'node:sqlite'

/**
 * `node:sqlite`. An import would keep this file from loading on a Node that lacks it, and nobody would be told which Node Latchkey
 * needs: see `requireRecentNode`.
 */
export const { DatabaseSync, backup } = (process.getBuiltinModule('node:sqlite') ?? {}) as typeof Sqlite
export type DatabaseSync = Sqlite.DatabaseSync
