import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { packPackage } from '../packages/packed.ts'
import { freePort } from '../support/free-port.ts'
import { type LocalRegistry, startLocalRegistry } from './local-registry.ts'

/*
 * Installs the three packages from a registry, as people will, with the Node and the npm of this machine. Needs the network for
 * what they depend on.
 */

const run = promisify(execFile)
const packages = ['latchkey', '@latchkey/client', '@latchkey/verify']
const PASSWORD = 'copper-lantern-42'

/** Without what npm has put into it: the Node of this repository, which nobody else has. */
const PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !/node_modules.\.bin$|node-gyp-bin$/.test(folder))
  .join(delimiter)

let registry: LocalRegistry
let environment: Record<string, string>

beforeAll(async () => {
  const packed = []
  for (const folder of ['.', 'packages/client', 'packages/verify']) packed.push(await packPackage(folder))
  const { stdout: upstream } = await run('npm', ['config', 'get', 'registry'])
  registry = await startLocalRegistry(packed, upstream.trim())
  const ours = /^(npm_|INIT_CWD$|NODE(_ENV|_OPTIONS)?$|VITEST|TEST$)/
  environment = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name))),
    PATH,
    npm_config_registry: registry.url,
    npm_config_update_notifier: 'false',
    YARN_NPM_REGISTRY_SERVER: registry.url,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_ENABLE_TELEMETRY: '0',
  }
  const others = ['pnpm@12', '@yarnpkg/cli-dist@4', 'bun@1', 'deno@2']
  await run('npm', ['install', '--prefix', tools, ...others], { env: environment })
  forgetInYarn()
}, 400_000)
afterAll(() => {
  registry?.close()
  rmSync(tools, { recursive: true, force: true })
  forgetInYarn()
})

/** A new folder, as of somebody who has just heard of Latchkey. */
function aProject(ownEnvironment: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-install-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'package.json'), '{"private": true}')
  // pnpm reads no variable for it.
  writeFileSync(join(folder, '.npmrc'), `registry=${registry.url}\n`)
  const env = { ...environment, ...ownEnvironment }
  return {
    folder,
    async run([command, ...args]: Command, ...further: string[]): Promise<string> {
      const told = await run(command, [...args, ...further], { cwd: folder, env, timeout: 240_000 }).catch((error) => {
        throw new Error(`${error.message}\n${error.stdout}`)
      })
      return told.stdout
    },
    start: ([command, ...args]: Command, ...further: string[]) =>
      spawn(command, [...args, ...further], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'], detached: true }),
  }
}

/** Stops a command and everything that it has started. */
async function end(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null || program.pid === undefined) return
  process.kill(-program.pid, 'SIGTERM')
  await once(program, 'exit')
}

type Command = readonly [string, ...string[]]

type Manager = {
  install: Command
  /** Runs a program of an installed package. */
  exec: Command
  /** Runs a program that uses the client and the verifier. */
  runtimes: readonly Command[]
  environment?: Record<string, string>
}

/** The package managers that do not come with npm. Not by npx, which would put the project's own programs into their PATH. */
const tools = mkdtempSync(join(tmpdir(), 'latchkey-tools-'))
const pnpm = ['node', join(tools, 'node_modules/pnpm/bin/pnpm.mjs')] as const
const yarn = ['node', join(tools, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js')] as const

const bun = join(tools, 'node_modules/.bin/bun')
const deno = join(tools, 'node_modules/.bin/deno')

const managers: Record<string, Manager> = {
  npm: { install: ['npm', 'install'], exec: ['npx'], runtimes: [['node'], [bun], [deno, 'run', '--allow-net']] },
  pnpm: { install: [...pnpm, 'add'], exec: [...pnpm, 'exec'], runtimes: [['node']] },
  Yarn: { install: [...yarn, 'add'], exec: yarn, runtimes: [[...yarn, 'node']] },
  'Yarn with node_modules': {
    install: [...yarn, 'add'],
    exec: yarn,
    runtimes: [['node']],
    environment: { YARN_NODE_LINKER: 'node-modules' },
  },
  Bun: { install: [bun, 'add'], exec: [bun, 'x'], runtimes: [['node'], [bun]] },
}

/** Yarn keeps packages by name and version, and would install our tarballs of the previous run. */
function forgetInYarn(): void {
  const cache = join(homedir(), '.yarn/berry/cache')
  for (const file of globSync('{latchkey,@latchkey-*}-npm-*', { cwd: cache })) rmSync(join(cache, file))
}

describe.each(Object.entries(managers))('an empty folder, with %s', (_, { install, exec, runtimes, environment }) => {
  it('installs, writes a .env, starts, logs in and verifies', { timeout: 400_000 }, async () => {
    const project = aProject(environment)
    // Without this, Yarn looks for a project in the parent folders.
    writeFileSync(join(project.folder, 'yarn.lock'), '')
    await project.run(install, ...packages)
    await project.run(exec, 'latchkey', 'init')

    const port = await freePort()
    writeFileSync(join(project.folder, '.env'), `PORT=${port}\n`, { flag: 'a' })
    const server = project.start(exec, 'latchkey', 'dev')
    onTestFinished(() => end(server))
    await untilReady(server)

    const url = `http://127.0.0.1:${port}`
    writeFileSync(
      join(project.folder, 'use.mjs'),
      `import { createClient } from '@latchkey/client'
       import { createVerifier } from '@latchkey/verify'
       const client = createClient({ baseUrl: '${url}', mode: 'bearer' })
       const credentials = { username: 'anna' + Date.now(), password: '${PASSWORD}' }
       await client.register(credentials)
       await client.login(credentials)
       const verifier = createVerifier({ issuer: '${url}' })
       const { accountId } = await verifier.verify({ headers: { authorization: 'Bearer ' + await client.accessToken() } })
       console.log(accountId === String((await client.me()).id))
       await client.logout()
       verifier.close()`,
    )
    for (const runtime of runtimes)
      expect([runtime, await project.run(runtime, 'use.mjs')]).toEqual([runtime, 'true\n'])
    await end(server)
  })
})

it('runs with npx, without an installation', { timeout: 400_000 }, async () => {
  const { version } = JSON.parse(await aProject().run(['npm', 'view', 'latchkey', '--json']))
  expect(await aProject().run(['npx', '-y', `latchkey@${version}`, '--version'])).toBe(`${version}\n`)
})

it('says on an old Node how to run a program that embeds Latchkey', { timeout: 400_000 }, async () => {
  const project = aProject()
  await project.run(['npm', 'install'], 'latchkey')
  writeFileSync(
    join(project.folder, 'use.mjs'),
    "import { createLatchkey } from 'latchkey'; console.log(await createLatchkey({}).catch((error) => error.message))",
  )
  const major = Number.parseInt((await project.run(['node', '--version'])).slice(1), 10)
  expect(await project.run(['node'], 'use.mjs')).toMatch(
    major < 24 ? /^Latchkey needs Node 24 or newer.*Run your program with the Node 26/ : /^Fix these settings first/,
  )
})

async function untilReady(server: ReturnType<ReturnType<typeof aProject>['start']>): Promise<void> {
  let log = ''
  for await (const chunk of server.stdout) {
    log += String(chunk)
    if (log.includes('listening')) break
  }
  // The rest of the log must go somewhere.
  server.stdout.resume()
  if (!log.includes('listening')) throw new Error(`the server ended:\n${log}`)
}
