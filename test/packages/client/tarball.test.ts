import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../../support/databases.ts'
import { startTestApp } from '../../support/test-app.ts'
import { addAccount, PASSWORD } from '../../support/v1-client.ts'
import { type Consumer, findPackagingFaults, installPacked, type PackedPackage, packPackage } from '../packed.ts'

const root = join(import.meta.dirname, '../../..')
const manifest = JSON.parse(readFileSync(join(root, 'packages/client/package.json'), 'utf8'))
const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json')

let packed: PackedPackage
let consumer: Consumer

beforeAll(async () => {
  packed = await packPackage('packages/client')
  consumer = await installPacked([packed], ['react', '@types/react', 'csstype'])
}, 120_000)
afterAll(() => consumer.remove())

describe('the tarball of @latchkey/client', () => {
  it('contains what runs and nothing else, in less than 70 kB', () => {
    const beside = packed.files.filter((path) => !path.startsWith('dist/'))
    expect(beside.sort()).toEqual(['LICENSE', 'README.md', 'package.json'])
    expect(packed.files.filter((path) => /test|build|\.tsbuildinfo/.test(path))).toEqual([])
    expect(packed.size).toBeLessThan(70_000)
  })

  it('gives publint and attw nothing to complain about', async () => {
    expect(await findPackagingFaults(packed)).toEqual([])
  })

  it('has no dependencies, and React is optional', () => {
    expect(manifest.dependencies).toBeUndefined()
    expect(manifest.peerDependenciesMeta).toEqual({ react: { optional: true } })
  })

  it.each([
    ['@latchkey/client', 8_000],
    ['@latchkey/client/react', 9_000],
  ])('%s is a bundle of less than %i bytes, minified and gzipped', async (entry, limit) => {
    consumer.write('entry.js', `export * from '${entry}'\nexport * from '@latchkey/client'`)
    const bundle = await rolldown({ input: join(consumer.folder, 'entry.js'), external: ['react'] })
    const { output } = await bundle.generate({ minify: true })
    expect(output.map(({ fileName }) => fileName)).toHaveLength(1)
    expect(gzipSync(output[0].code).length).toBeLessThan(limit)
  })

  it('works in an empty folder, and lets the process exit', async () => {
    const [database] = databases
    if (database === undefined) throw new Error('there is no database')
    const server = await startTestApp({ database })
    await addAccount(server, 'ada')
    consumer.write(
      'use.mjs',
      `for (const name of ${JSON.stringify(entries.map((entry) => `@latchkey/client${entry.slice(1)}`))}) await import(name)
       const { createClient } = await import('@latchkey/client')
       const items = new Map()
       const storage = { getItem: (k) => items.get(k), setItem: (k, v) => items.set(k, v), removeItem: (k) => items.delete(k) }
       const client = createClient({ baseUrl: '${server.url}', mode: 'bearer', storage })
       await client.login({ username: 'ada', password: '${PASSWORD}' })
       await client.refresh()
       console.log((await client.me()).username)
       await client.logout()
       console.log(client.getState().status)`,
    )
    expect(await consumer.node('use.mjs')).toBe('ada\nanonymous\n')
    await server.close()
  })
})

describe('the types of @latchkey/client', () => {
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--jsx', 'react-jsx', '--types', '']
  const tsc = join(root, 'node_modules/typescript/bin/tsc')

  function check(moduleKind: 'nodenext' | 'bundler', ...files: string[]): Promise<string> {
    const kind =
      moduleKind === 'nodenext' ? ['--module', 'nodenext'] : ['--module', 'esnext', '--moduleResolution', 'bundler']
    return consumer
      .node(tsc, ...options, ...kind, '--lib', 'esnext,dom,dom.iterable', ...files)
      .catch(({ stdout }: { stdout?: string }) => stdout ?? 'nothing was told')
  }

  it.each(['nodenext', 'bundler'] as const)('fit what an application writes, by %s', async (moduleKind) => {
    consumer.write(
      'right.tsx',
      `import { type AnswerOf, type ErrorCode, type Session, createClient, isLatchkeyError, type LatchkeyError } from '@latchkey/client'
       import { LatchkeyProvider, useSession } from '@latchkey/client/react'
       import { foregroundOf } from '@latchkey/client/react-native'
       import { createRequestSessions } from '@latchkey/client/server'

       const client = createClient({ mode: 'bearer', storage: localStorage })
       export const native = foregroundOf({ addEventListener: () => ({ remove() {} }) })
       export const sessionOf = createRequestSessions({ baseUrl: 'https://auth.example.org' })

       export async function use(): Promise<string> {
         const outcome = await client.login({ username: 'ada', password: 'secret' })
         if (outcome.status === 'second_factor_required') return JSON.stringify(outcome.challenge)
         const { sessions } = await client.request('GET /me/sessions')
         const first: Session | undefined = sessions[0]
         await client.request('DELETE /me/sessions/:id', { params: { id: first?.id ?? '' } })
         const users: AnswerOf<'GET /admin/users'> = await client.request('GET /admin/users', { query: { limit: 5 } })
         const nothing: undefined = await client.request('POST /me/password', {
           body: { old_password: 'a', new_password: 'b' },
         })
         return \`\${users.users[0]?.username} \${nothing}\`
       }

       export function tell(error: LatchkeyError): string {
         switch (error.code) {
           case 'invalid_fields': return error.faults.map(({ field }) => field).join()
           case 'throttled': return String(error.retryAfterSeconds)
           case 'hook_refused': return error.hookCode
           case 'network_error': return 'away'
           case 'replayed': return 'ended'
           default: return error.code
         }
       }
       export const known: ErrorCode = 'no_active_account'
       export const isOurs = (error: unknown) => isLatchkeyError(error) && error.status === 401

       export function App() {
         const session = useSession()
         if (session.status === 'anonymous') return <p>{session.endReason}</p>
         return <button onClick={() => void session.client.logout()}>{session.account?.username}</button>
       }
       export const page = <LatchkeyProvider client={client}><App /></LatchkeyProvider>`,
    )
    expect(await check(moduleKind, 'right.tsx')).toBe('')
  })

  it('refuse what the server would refuse', async () => {
    const lines = [
      `import { createClient, type LatchkeyError } from '@latchkey/client'`,
      `const client = createClient({ mode: 'bearer' })`,
      `createClient({ mode: 'token' })`,
      `await client.request('GET /me/sesions')`,
      `await client.request('POST /login')`,
      `await client.request('DELETE /me/sessions/:id')`,
      `await client.request('DELETE /me/sessions/:id', { params: { sid: 1 } })`,
      `await client.request('GET /admin/users', { query: { limit: 'all' } })`,
      `await client.request('POST /password-reset', { body: {} })`,
      `await client.updateMe({ is_staff: true })`,
      `;(await client.request('GET /me')).usernam`,
      `export const tell = (error: LatchkeyError) => error.code === 'trottled'`,
      `export const faults = (error: LatchkeyError) => error.faults`,
    ]
    consumer.write('wrong.ts', lines.join('\n'))
    const faults = new Set((await check('nodenext', 'wrong.ts')).match(/wrong\.ts\(\d+/g))
    expect([...faults]).toEqual(lines.slice(2).map((_, index) => `wrong.ts(${index + 3}`))
  })
})
