/*
 * Writes the address of the repository into the package.json of all three packages, in the repository's own folder:
 * `npm run name-repository -- https://github.com/OWNER/NAME`. npm refuses a package with provenance whose `repository`
 * is not the one that its workflow runs in, and uses it for the links of its README. The release workflow calls this,
 * so the repository does not have to contain its own address.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const address = process.argv[2]?.replace(/(\.git)?\/?$/, '')
if (address === undefined || !/^https:\/\/[^/]+\/[^/]+\/[^/]+$/.test(address)) {
  console.error('usage: npm run name-repository -- https://github.com/OWNER/NAME')
  process.exit(2)
}
for (const directory of [undefined, 'packages/client', 'packages/verify']) {
  const path = join(directory ?? '.', 'package.json')
  const { name, version, description, repository: _, ...others } = JSON.parse(readFileSync(path, 'utf8'))
  const repository = { type: 'git', url: `git+${address}.git`, ...(directory && { directory }) }
  const named = { name, version, description, repository, ...others }
  writeFileSync(path, `${JSON.stringify(named, undefined, 2)}\n`)
}
