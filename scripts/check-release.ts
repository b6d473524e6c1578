/*
 * Checks that a release is consistent: `npm run check-release -- vVERSION`. The tag, all package.json files and the newest
 * entry of the changelog must name one version, and databases of that version must be kept for the upgrade test, with every
 * migration. If the packages name a repository, they must name the same one. With `--notes`, it prints the changelog's entry.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { migrationNames } from '../src/storage/migrate.ts'
import { planMigrations } from '../src/storage/migration-plan.ts'

const root = join(import.meta.dirname, '..')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { notes: { type: 'boolean', default: false } },
})
const version = /^v(\d+\.\d+\.\d+(?:-[0-9a-z.]+)?)$/.exec(positionals[0] ?? '')?.[1]
if (version === undefined) fail([`${positionals[0] ?? 'nothing'} is not a tag of the form v1.2.3 or v1.2.3-beta.1`])

const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8')
const entry = entryOf(changelog, version)
if (values.notes) {
  console.log(entry ?? '')
} else {
  const faults = ['.', 'packages/client', 'packages/verify'].flatMap((folder) => packageFaults(folder, version))
  if (entry === undefined) faults.push(`CHANGELOG.md has no heading "## [${version}] - DATE"`)
  faults.push(...(await keptDatabaseFaults(version)))
  if (faults.length > 0) fail(faults)
  console.log(`${version} can be released.`)
}

function packageFaults(folder: string, wanted: string): string[] {
  const path = join(folder, 'package.json')
  const { name, version: found, repository } = JSON.parse(readFileSync(join(root, path), 'utf8'))
  const faults = []
  if (found !== wanted)
    faults.push(`${name} has version ${found}: run npm version ${wanted} --workspaces --include-workspace-root`)
  if (repository !== undefined && !isWellNamed(repository, folder)) {
    faults.push(`${path} names its repository in another way than npm wants: run npm run name-repository -- ADDRESS`)
  }
  return faults
}

function isWellNamed({ url, directory }: { url?: string; directory?: string }, folder: string): boolean {
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const isAddress = /^git\+https:\/\/[^/]+\/[^/]+\/[^/]+\.git$/.test(url ?? '')
  return isAddress && url === repository?.url && directory === (folder === '.' ? undefined : folder)
}

/** What is missing from the databases that this version has created. */
async function keptDatabaseFaults(wanted: string): Promise<string[]> {
  const kept = join(root, 'test/upgrade/kept', wanted)
  if (!existsSync(kept)) return [`test/upgrade/kept/${wanted} is missing: run npm run keep-database`]
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-check-'))
  try {
    const file = join(folder, 'kept.sqlite3')
    writeFileSync(file, gunzipSync(readFileSync(join(kept, 'database.sqlite3.gz'))))
    const { planned } = await planMigrations(`sqlite:${file}`)
    const dump = readFileSync(join(kept, 'database.sql'), 'utf8')
    const missing = migrationNames.filter((name) => planned.includes(name) || !dump.includes(`'${name}'`))
    if (missing.length === 0) return []
    return [`test/upgrade/kept/${wanted} was made before ${missing.join(', ')}: run npm run keep-database again`]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The text below the heading of a version. */
function entryOf(text: string, wanted: string): string | undefined {
  const section = text.split(/^## /m).find((part) => part.startsWith(`[${wanted}]`))
  return section?.slice(section.indexOf('\n')).trim()
}

function fail(faults: readonly string[]): never {
  for (const fault of faults) console.error(fault)
  process.exit(1)
}
