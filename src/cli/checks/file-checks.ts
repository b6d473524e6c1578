import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Check } from '../../flows/upkeep/checks/check.ts'
import { printable } from '../terminal/printable.ts'

/** Whether other users of this machine can read private files. Windows has no such modes. */
export function fileChecks(databaseUrl: string, workingDirectory: string): Check[] {
  if (process.platform === 'win32') return []
  const path = databaseUrl.startsWith('sqlite:') ? databaseUrl.slice('sqlite:'.length) : undefined
  const databaseFiles = path === undefined ? [] : [path, `${path}-wal`, `${path}-shm`]
  const folder = path === undefined ? join(workingDirectory, 'data') : dirname(path)
  return [
    ...[...databaseFiles, join(folder, 'secret-key')].flatMap((file) => modeCheck(file, 'problem')),
    ...modeCheck(join(workingDirectory, '.env'), 'advice'),
  ]
}

function modeCheck(path: string, verdict: 'advice' | 'problem'): Check[] {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined || (stats.mode & 0o077) === 0) return []
  const shown = printable(path)
  return [
    { subject: 'files', verdict, message: `Others on this machine can read or write ${shown}: chmod 600 ${shown}` },
  ]
}
