import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { aCommandLine } from '../../test/support/command-line.ts'
import type { Context } from './context.ts'
import { createProgram } from './program.ts'
import { createTerminal } from './terminal/terminal.ts'

/** Commands with their arguments, and the options of each. */
type Commands = Record<string, string[]>

const manual = readFileSync(join(import.meta.dirname, '../../docs/commands.md'), 'utf8')

const documentedOptions = (section: string) =>
  [...section.matchAll(/^\| `(-.+?)` \|/gm)].map(([, flags]) => String(flags))

/**
 * What the manual has: a heading for each command, and a row for each option below it. The options that all imports
 * share have a heading of their own, to which each import refers.
 */
function documentedCommands(): Commands {
  const [, ...sections] = manual.split(/^### /m)
  const shared = sections.find((section) => section.startsWith('Options of every import\n')) ?? ''
  return Object.fromEntries(
    sections
      .filter((section) => section !== shared)
      .map((section) => {
        const own = documentedOptions(section)
        const others = section.includes('](#options-of-every-import) | |') ? documentedOptions(shared) : []
        return [/^`(.+)`$/m.exec(section)?.[1] ?? section, [...own, ...others].sort()]
      }),
  )
}

function definedCommands(command: Command, path: string): Commands {
  const here = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`
    return argument.required ? `<${name}>` : `[${name}]`
  })
  if (command.commands.length === 0)
    return { [[path, ...here].join(' ')]: command.options.map(({ flags }) => flags).sort() }
  return Object.assign({}, ...command.commands.map((one) => definedCommands(one, `${path} ${one.name()}`.trim())))
}

const aProgram = () => {
  const nowhere = new PassThrough()
  const terminal = createTerminal({ input: nowhere, output: nowhere, errors: nowhere })
  return createProgram({ terminal, version: '0' } as Context)
}

describe('the command line', () => {
  it('has the commands and options that the manual says, and no others', () => {
    expect(documentedCommands()).toEqual(definedCommands(aProgram(), ''))
  })

  it('describes each command and each option in a sentence', () => {
    const undescribed: string[] = []
    const visit = (command: Command): void => {
      if (command.description() === '') undescribed.push(command.name())
      for (const option of command.options) if (!option.description) undescribed.push(option.flags)
      command.commands.forEach(visit)
    }
    visit(aProgram())
    expect(undescribed).toEqual([])
  })

  it('offers JSON on every command that prints data about accounts, keys and settings', () => {
    const without = Object.entries(definedCommands(aProgram(), '')).filter(([, flags]) => !flags.includes('--json'))
    expect(without.map(([usage]) => usage)).toEqual(['init', 'dev', 'serve'])
  })

  it.each([
    [[], 2],
    [['nonsense'], 2],
    [['users', 'nonsense'], 2],
    [['users', 'show'], 2],
    [['users', 'show', 'anna', 'bert'], 2],
    [['users', 'list', '--nonsense'], 2],
    [['users', 'create', 'anna', '--email'], 2],
    [['--help'], 0],
    [['help'], 0],
    [['users', '--help'], 0],
    [['users', 'create', '--help'], 0],
    [['--version'], 0],
  ])('exits after %j with %i', async (argumentTexts, code) => {
    const ended = await aCommandLine().run(...argumentTexts)
    expect(ended.code).toBe(code)
    expect(code === 0 ? ended.err : ended.out).toBe('')
    expect(code === 0 ? ended.out : ended.err).not.toBe('')
  })

  it('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))
    expect((await aCommandLine().run('--version')).out).toBe(`${version}\n`)
  })
})
