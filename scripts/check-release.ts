/*
 * Checks that a release is consistent: `npm run check-release -- vVERSION`. The tag, all package.json files and the newest
 * entry of the changelog must name one version, and databases of that version must be kept for the upgrade test. With
 * `--notes`, it prints the changelog's entry.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

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
  if (!existsSync(join(root, 'test/upgrade/kept', version)))
    faults.push(`test/upgrade/kept/${version} is missing: run npm run keep-database -- ${version} POSTGRES_URL`)
  if (faults.length > 0) fail(faults)
  console.log(`${version} can be released.`)
}

function packageFaults(folder: string, wanted: string): string[] {
  const path = join(folder, 'package.json')
  const { name, version: found, repository } = JSON.parse(readFileSync(join(root, path), 'utf8'))
  const faults = []
  if (found !== wanted)
    faults.push(`${name} has version ${found}: run npm version ${wanted} --workspaces --include-workspace-root`)
  const directory = folder === '.' ? undefined : folder
  if (!/^(git\+)?https:\/\/[^/]+\/[^/]+\/[^/]+$/.test(repository?.url) || repository.directory !== directory) {
    const value = JSON.stringify({ type: 'git', url: 'git+https://github.com/OWNER/NAME.git', directory })
    faults.push(
      `${path} does not say where the source of ${name} is, so npm refuses its provenance and cannot resolve the links of its README. Add "repository": ${value}`,
    )
  }
  return faults
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
