import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'

/** The password of every user of a recorded database who has a usable one. */
export const DJANGO_PASSWORD = 'correct horse 9'

/** A test's own copy of a database that a real Django has written. */
type RecordedDjango = {
  path: string
  /** Changes that happen in Django afterwards, as SQL. */
  run(sql: string): void
}

/** Creates one of the databases recorded in `test/django/recorded/`. It is deleted after the test. */
export function aRecordedDjango(shape: string): RecordedDjango {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-django-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'django.sqlite3')
  const run = (sql: string) => {
    const file = new DatabaseSync(path, { enableForeignKeyConstraints: false })
    file.exec(sql)
    file.close()
  }
  run(readFileSync(join(import.meta.dirname, `../django/recorded/${shape}.sql`), 'utf8'))
  return { path, run }
}
