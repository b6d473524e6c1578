import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'

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

describe('the address of the repository', () => {
  const name = (folder: string, ...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'scripts/name-repository.ts'), ...args], { cwd: folder, encoding: 'utf8' })

  it('is written into all three packages, as npm requires it for provenance', () => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-names-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const packages = ['', 'packages/client', 'packages/verify'].map((place) => join(folder, place))
    for (const place of packages) {
      mkdirSync(place, { recursive: true })
      writeFileSync(join(place, 'package.json'), '{"name": "one", "version": "1.0.0", "license": "MIT"}')
    }
    for (const address of [
      'https://github.com/ada/keys',
      'https://github.com/ada/keys.git',
      'https://github.com/ada/keys/',
    ]) {
      expect(name(folder, address).status).toBe(0)
      const named = packages.map((place) => JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')))
      const url = 'git+https://github.com/ada/keys.git'
      expect(named.map(({ repository }) => repository)).toEqual([
        { type: 'git', url },
        { type: 'git', url, directory: 'packages/client' },
        { type: 'git', url, directory: 'packages/verify' },
      ])
      expect(named[0]).toMatchObject({ name: 'one', version: '1.0.0', license: 'MIT' })
    }
  })

  it.each([[], ['ada/keys'], ['git@github.com:ada/keys.git'], ['https://github.com/ada']])(
    'is not %j',
    (...address) => {
      expect(name(tmpdir(), ...address)).toMatchObject({ status: 2, stderr: expect.stringContaining('usage:') })
    },
  )
})
