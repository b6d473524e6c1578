import { createExportAccounts, type ExportCounts, type ExportOptions } from '../../flows/export/write-export.ts'
import { listPostsPage } from '../../posts/post-store.ts'
import { openExport } from '../../storage/backup/sealed-export.ts'
import type { AppParts } from '../parts.ts'
import { buildSeal } from '../seal.ts'
import { openBesideServers } from './watched-database.ts'

export type Exports = {
  /** Exports accounts to a file: see `createExportAccounts`. @throws BackupError */
  write(options: ExportOptions): Promise<ExportCounts>
  /** Decrypts an export. @throws BackupError */
  open(path: string, target: string, passphrase: string): Promise<void>
}

/** Builds the exports of a command, beside the servers on the same database. */
export function createExports({ config, clock, random }: AppParts): Exports {
  const exportAccounts = createExportAccounts({
    clock,
    random,
    seal: buildSeal({ config, random }),
    hasSecretKey: config.keys.secretKey !== '',
    listPosts: listPostsPage,
  })
  return {
    async write(options) {
      const database = await openBesideServers(config)
      try {
        return await exportAccounts(database, options)
      } finally {
        await database.close()
      }
    },
    open: openExport,
  }
}
