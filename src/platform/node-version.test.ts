import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { findBundledNode, isNodeRecent, requireRecentNode } from './node-version.ts'

it.each([
  ['20.20.2', false],
  ['22.22.0', false],
  ['24.0.0', true],
  ['26.10.0', true],
  ['100.0.0', true],
])('Node %s: %s', (version, isRecent) => {
  expect(isNodeRecent(version)).toBe(isRecent)
})

it('finds the Node that npm has installed', () => {
  expect(execFileSync(findBundledNode() ?? 'none', ['--version'], { encoding: 'utf8' })).toMatch(/^v26\./)
})

it('says on an old Node how to start the program', () => {
  expect(() => requireRecentNode('24.1.0')).not.toThrow()
  expect(() => requireRecentNode('20.20.2')).toThrow(
    /^Latchkey needs Node 24 or newer, and this program runs on Node 20\.20\.2\. Run your program with the Node 26 .*node/,
  )
})
