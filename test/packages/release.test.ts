import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const script = join(root, 'scripts/check-release.ts')
const check = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })

describe('the check before a release', () => {
  it('names everything that does not have the version of the tag', () => {
    const { status, stderr } = check('v98.7.6')
    expect(status).toBe(1)
    expect(stderr).toContain(`latchkey has version ${version}: run npm version 98.7.6 --workspaces`)
    expect(stderr).toContain(`@latchkey/verify has version ${version}`)
    expect(stderr).toContain('CHANGELOG.md has no heading "## [98.7.6] - DATE"')
    expect(stderr).toContain('test/upgrade/kept/98.7.6 is missing')
    expect(stderr).not.toContain('undefined')
  })

  it.each(['', '1.2.3', 'v1.2', 'v1.2.3/../..'])('refuses the tag %j', (tag) => {
    const { status, stderr } = check(tag)
    expect([status, stderr]).toEqual([1, expect.stringContaining('is not a tag of the form v1.2.3')])
  })
})
