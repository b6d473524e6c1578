import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { codeCache } from '../support/code-cache.ts'
import { freePort } from '../support/free-port.ts'
import { sendJson } from '../support/http-client.ts'
import { type Consumer, findPackagingFaults, installPacked, type PackedPackage, packPackage } from './packed.ts'

const LARGEST_TARBALL_BYTES = 4_000_000
const PASSWORD = 'correct horse 9'

const root = join(import.meta.dirname, '../..')
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const peers = [
  'typescript',
  '@types/node',
  '@types/pg',
  '@types/react',
  'react',
  'hono',
  'express',
  '@types/express',
  'jose',
]

let server: PackedPackage
let consumer: Consumer

beforeAll(async () => {
  const packed = await Promise.all(['.', 'packages/client', 'packages/verify'].map((folder) => packPackage(folder)))
  server = packed[0] as PackedPackage
  consumer = await installPacked(packed, [...Object.keys(dependencies), ...peers])
}, 200_000)
afterAll(() => consumer?.remove())

it('contains what runs and nothing else, and stays small', () => {
  const foreign = server.files.filter((path) => /(^|\/)(test|bench|src|web|scripts|examples)\/|\.test\./.test(path))
  expect(foreign).toEqual([])
  expect(server.files).toEqual(
    expect.arrayContaining(['dist/main.js', 'dist/cli/main.js', 'dist/latchkey.d.ts', 'dist/testing.js', 'README.md']),
  )
  expect(server.size).toBeLessThan(LARGEST_TARBALL_BYTES)
})

it('is packed as publint and "are the types wrong?" require', async () => {
  expect(await findPackagingFaults(server)).toEqual([])
})

it('type-checks in a program that imports every entry of the three packages', async () => {
  const entries = ['', 'packages/client/', 'packages/verify/'].flatMap((folder) => {
    const { name, exports } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    return Object.keys(exports)
      .filter((path) => !path.endsWith('package.json') && !/fastify|nestjs|next/.test(path))
      .map((path) => `${name}${path.slice(1)}`)
  })
  expect(entries).toEqual(
    expect.arrayContaining(['latchkey', 'latchkey/testing', '@latchkey/client', '@latchkey/verify']),
  )
  consumer.write(
    'program.ts',
    [
      ...entries.map((entry, index) => `import * as entry${index} from '${entry}'`),
      `export const all = [${entries.map((_, index) => `entry${index}`).join(', ')}]`,
      "import { createLatchkey, type LatchkeyConfig, type LatchkeyOptions } from 'latchkey'",
      'export const config: LatchkeyConfig = { hooks: { beforeToken: ({ account }) => ({ claims: { name: account.username } }) } }',
      'export const latchkey = createLatchkey({ SECRET_KEY: process.env.SECRET_KEY, PORT: 8000, ...config })',
      "type IsSetting<Name extends string> = Name extends keyof LatchkeyOptions ? 'yes' : 'no'",
      "export const known: IsSetting<'PUBLIC_URL'> = 'yes'",
      "export const misspelt: IsSetting<'PUBLC_URL'> = 'no'",
    ].join('\n'),
  )
  consumer.write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        target: 'esnext',
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        types: ['node'],
        exactOptionalPropertyTypes: true,
      },
      include: ['program.ts'],
    }),
  )
  const told = await consumer
    .node(join(consumer.folder, 'node_modules/typescript/bin/tsc'))
    .catch((error) => error.stdout)
  expect(told).toBe('')
})

it('serves: register, log in, verify', async () => {
  const port = await freePort()
  const command = join(consumer.folder, 'node_modules/latchkey/dist/cli/main.js')
  await consumer.node(command, 'init')
  expect(existsSync(join(consumer.folder, '.env'))).toBe(true)
  const child = spawn(process.execPath, [command, 'serve'], {
    cwd: consumer.folder,
    env: { ...codeCache, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
  })
  await new Promise<void>((resolve, reject) => {
    let log = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk
      if (log.includes('listening')) resolve()
    })
    void ended.then(() => reject(new Error(`the server ended:\n${log}`)))
  })
  const url = `http://127.0.0.1:${port}`
  const account = { username: 'anna', email: 'anna@example.org', password: PASSWORD }
  expect((await sendJson(url, 'POST', '/api/register/', { body: account })).status).toBe(201)
  const login = await sendJson(url, 'POST', '/api/token/', { body: account })
  const { access: token } = login.json as { access: string }
  expect((await sendJson(url, 'POST', '/api/token/verify/', { body: { token } })).status).toBe(200)
})
