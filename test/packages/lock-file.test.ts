import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

type Locked = { engines?: { node?: string; npm?: string } | string[]; link?: boolean; dev?: boolean }
const lockFile = readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')
const { packages } = JSON.parse(lockFile) as { packages: Record<string, Locked> }
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))

/** Whether a range such as `^18.18.0 || >=20.9.0` allows this version. It knows the forms that occur in the lock file. */
function allows(range: string, version: readonly number[]): boolean {
  const isAtLeast = (lowest: readonly number[]) => {
    const index = version.findIndex((part, place) => part !== (lowest[place] ?? 0))
    return index < 0 || (version[index] ?? 0) > (lowest[index] ?? 0)
  }
  return range.split('||').some((alternative) =>
    [...alternative.matchAll(/(>=|>|<|\^|~|=)?\s*v?(\d+|\*)((?:\.(?:\d+|x))*)/g)].every(
      ([, sign, major, rest = '']) => {
        if (major === '*') return true
        const bound = [Number(major), ...rest.slice(1).split('.').map(Number)].map((part) => part || 0)
        if (sign === '<') return !isAtLeast(bound)
        return isAtLeast(bound) && (sign?.startsWith('>') === true || version[0] === bound[0])
      },
    ),
  )
}

it.each([
  ['>=22', false],
  ['>= 20.9', true],
  ['^18.0.0 || ^22.0.0 || >=24.0.0', false],
  ['^20.19.0 || >=22.12.0', true],
  ['>=22.12.0 || >=20.19.0 <21.0.0', true],
  ['20 || >=22', true],
  ['18.x', false],
])('reads the range %s', (range, expected) => {
  expect(allows(range, [20, 19, 2])).toBe(expected)
})

it('requires nothing newer than Node 20.19 and npm 9.2 (Debian 13), so that npm ci prints no warning', () => {
  const asking = Object.entries(packages).filter(([, { engines }]) => {
    if (engines === undefined || Array.isArray(engines)) return false
    const { node = '*', npm = '*' } = engines
    return !allows(node, [20, 19, 2]) || !allows(npm, [9, 2, 0])
  })
  expect(asking.map(([path, { engines }]) => `${path} ${JSON.stringify(engines)}`)).toEqual([])
})

it('overrides nothing that is installed with Latchkey, because overrides do not reach its users', () => {
  const { overrides, dependencies } = manifest as Record<string, Record<string, unknown>>
  const namesIn = (rules: Record<string, unknown>): string[] =>
    Object.entries(rules).flatMap(([name, rule]) =>
      typeof rule === 'object' && rule !== null ? namesIn(rule as Record<string, unknown>) : [name],
    )
  const installed = namesIn(overrides ?? {}).filter((name) => packages[`node_modules/${name}`]?.dev !== true)
  expect(installed).toEqual([])
  // Fastify needs it too, and accepts this version: 6.8 requires cookie 2, which requires Node 22.
  expect(dependencies?.['light-my-request']).toBe('6.6.0')
})
