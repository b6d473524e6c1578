import type * as Sqlite from 'node:sqlite'

/**
 * `node:sqlite`, loaded at run time. With an import, this file would not load on a Node that lacks the module, and
 * nobody would learn which Node Latchkey needs: see `requireRecentNode`.
 */
export const { DatabaseSync, backup } = (process.getBuiltinModule('node:sqlite') ?? {}) as typeof Sqlite
export type DatabaseSync = Sqlite.DatabaseSync
