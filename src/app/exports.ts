import { Readable } from 'node:stream'
import { recordEvent } from '../audit/audit-store.ts'
import { watchingEvents } from '../audit/committed-events.ts'
import { type FixtureOptions, fixturesOf } from '../flows/export/django-fixture.ts'
import { exportRecords } from '../flows/export/export-records.ts'
import { jsonLineOf } from '../flows/export/json-lines.ts'
import { auditOriginOf, commandLine } from '../flows/rights/actor.ts'
import { queueEventsForWebhooks } from '../flows/webhooks/queue-events.ts'
import { listPosts } from '../posts/post-store.ts'
import { openExport, writeExport } from '../storage/backup/sealed-export.ts'
import { openMigratedDatabase } from '../storage/migrated-database.ts'
import type { AppParts } from './parts.ts'

/** What to export, and where to. */
export type ExportOptions = {
  path: string
  /** Undefined: Latchkey's own JSON lines. */
  django: FixtureOptions | undefined
  /** Undefined: the file is not encrypted. */
  passphrase: string | undefined
}

export type Exports = {
  /** Writes everything that another system needs, while servers run. @returns how many records. @throws BackupError */
  write(options: ExportOptions): Promise<{ accounts: number; records: number }>
  /** Decrypts an export. @throws BackupError */
  open(path: string, target: string, passphrase: string): Promise<void>
}

export function createExports({ config, clock, random }: AppParts): Exports {
  return {
    async write({ path, django, passphrase }) {
      const database = watchingEvents(await openMigratedDatabase(config.storage.databaseUrl), {
        awaited: queueEventsForWebhooks,
        committed: () => {},
      })
      const now = clock.now()
      const counts = { accounts: 0, records: 0 }
      async function* lines(): AsyncIterable<string> {
        if (django !== undefined) yield '['
        let separator = '\n'
        for await (const record of exportRecords(database.read, () => listPosts(database.read), now)) {
          if (record.kind === 'account') counts.accounts++
          counts.records++
          if (django === undefined) yield `${jsonLineOf(record)}\n`
          for (const fixture of django === undefined ? [] : fixturesOf(record, django)) {
            yield `${separator}${JSON.stringify(fixture)}`
            separator = ',\n'
          }
        }
        if (django !== undefined) yield '\n]\n'
      }
      try {
        const sealing = passphrase === undefined ? undefined : { passphrase, drawn: random.bytes(28) }
        await writeExport(path, Readable.from(lines()), sealing)
        const made = { accountId: undefined, accounts: counts.accounts }
        await database.inTransaction((tx) =>
          recordEvent(tx, now, 'export.written', { ...made, origin: auditOriginOf(commandLine) }),
        )
        return counts
      } finally {
        await database.close()
      }
    },
    open: openExport,
  }
}
