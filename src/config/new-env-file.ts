import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Random, randomSecret } from '../platform/random.ts'
import { codeOf } from './text-file.ts'

/**
 * The text of a first `.env`: a strong secret, and the settings that people change first, each with one line of comment.
 * What is still a comment holds its default or an example.
 */
export function firstEnvFile(random: Random): string {
  return `# Settings of Latchkey. All of them are in docs/settings.md. Keep this file secret and out of version control.

# Signs tokens and encrypts keys in the database. Anyone who has it can act as any user. If you lose it, those keys are lost.
SECRET_KEY=${randomSecret(random)}

# The address under which browsers reach the server. Links in emails and cookies follow it.
#PUBLIC_URL=https://auth.example.org

# A SQLite file, or postgres://user:password@host:5432/name.
#DATABASE_URL=sqlite:data/latchkey.sqlite3

# The address and port to listen on.
#HOST=127.0.0.1
#PORT=8000

# The addresses of your reverse proxies. Only they may say which client a request comes from.
#TRUSTED_PROXIES=127.0.0.1

# The front ends on other origins that may call the API from a browser.
#ALLOWED_ORIGINS=https://app.example.org

# The mail server. Without it, Latchkey sends no emails; in development it shows them at /dev/mailbox.
#MAIL_URL=smtps://user:password@mail.example.org
#MAIL_FROM=Example <no-reply@example.org>

# Uncomment this line if your clients were written for Django REST framework with SimpleJWT.
#COMPATIBILITY=simplejwt
`
}

/** What became of a first `.env`. `exists`: there is one without SECRET_KEY. `complete`: there is one with it. */
export type FirstEnvFile = { path: string; outcome: 'written' | 'exists' | 'complete' | 'forbidden' }

/** Writes a first `.env` into a folder, readable by its owner only. A file that is there stays as it is. */
export function writeFirstEnvFile(folder: string, random: Random): FirstEnvFile {
  const path = join(folder, '.env')
  try {
    const file = openSync(path, 'wx', 0o600)
    try {
      writeFileSync(file, firstEnvFile(random))
    } finally {
      closeSync(file)
    }
    return { path, outcome: 'written' }
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') return { path, outcome: setsSecretKey(path) ? 'complete' : 'exists' }
    if (['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR'].includes(code)) return { path, outcome: 'forbidden' }
    throw error
  }
}

function setsSecretKey(path: string): boolean {
  try {
    return /^\s*(export\s+)?SECRET_KEY\s*=\s*\S/m.test(readFileSync(path, 'utf8'))
  } catch {
    return false
  }
}

/** Whether a folder is the top of a Git work tree whose `.gitignore` does not name `.env`. */
export function isEnvFileTracked(folder: string): boolean {
  if (!existsSync(join(folder, '.git'))) return false
  const ignored = join(folder, '.gitignore')
  return !existsSync(ignored) || !/^\/?(\*?\.env\*?|\.env\.\*)\s*$/m.test(readFileSync(ignored, 'utf8'))
}
