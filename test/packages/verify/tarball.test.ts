import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Consumer, findPackagingFaults, installPacked, type PackedPackage, packPackage } from '../packed.ts'

const root = join(import.meta.dirname, '../../..')
const { exports } = JSON.parse(readFileSync(join(root, 'packages/verify/package.json'), 'utf8'))
const entries = Object.keys(exports).filter((entry) => entry !== './package.json')

let packed: PackedPackage
let consumer: Consumer

beforeAll(async () => {
  packed = await packPackage('packages/verify')
  const frameworks = ['express', '@types', 'fastify', 'hono', '@nestjs', 'rxjs', 'reflect-metadata', 'next', 'react']
  consumer = await installPacked([packed], ['jose', ...frameworks])
}, 120_000)
afterAll(() => consumer.remove())

describe('the tarball of @latchkey/verify', () => {
  it('contains what runs and nothing else, in less than 70 kB', () => {
    expect(packed.files.filter((path) => !path.startsWith('dist/')).sort()).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
    ])
    expect(packed.files.filter((path) => /test|bench|\.tsbuildinfo/.test(path))).toEqual([])
    expect(packed.size).toBeLessThan(70_000)
  })

  it('gives publint and attw nothing to complain about', async () => {
    expect(await findPackagingFaults(packed)).toEqual([])
  })

  it('depends on jose and nothing else', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'packages/verify/package.json'), 'utf8'))
    expect(Object.keys(dependencies)).toEqual(['jose'])
  })

  it('can be imported and required, every entry of it, with the same exports', async () => {
    const names = JSON.stringify(entries.map((entry) => `@latchkey/verify${entry.slice(1)}`))
    consumer.write(
      'both.mjs',
      `import 'reflect-metadata'
       import { createRequire } from 'node:module'
       const require = createRequire(import.meta.url)
       for (const name of ${names}) {
         const [imported, required] = [await import(name), require(name)]
         const found = Object.keys(imported).filter((key) => imported[key] === required[key] && imported[key])
         console.log(name, found.sort().join(' '))
       }`,
    )
    expect((await consumer.node('both.mjs')).trim().split('\n')).toEqual([
      '@latchkey/verify VerifyError createVerifier',
      '@latchkey/verify/express authOf requireToken',
      '@latchkey/verify/fastify authOf requireToken',
      '@latchkey/verify/hono requireToken',
      '@latchkey/verify/nestjs Auth LatchkeyGuard Public Requires',
      '@latchkey/verify/next requireToken',
    ])
  })

  it('is required without a warning', async () => {
    consumer.write('plain.cjs', `console.log(typeof require('@latchkey/verify').createVerifier)`)
    expect(await consumer.node('--throw-deprecation', '--trace-warnings', 'plain.cjs')).toBe('function\n')
  })

  it('lets the process exit once it is closed, although it has followed the session feed', async () => {
    consumer.write(
      'closing.mjs',
      `import { createServer } from 'node:http'
       import { createVerifier } from '@latchkey/verify'
       const server = createServer((request, response) => {
         if (!request.url.includes('wait')) response.end('{"events":[],"next":"1.1.","has_more":false}')
       }).listen(0, '127.0.0.1', async () => {
         const sessionEvents = { credential: 'shop:secret' }
         const issuer = 'http://127.0.0.1:' + server.address().port
         const verifier = createVerifier({ issuer, secret: 's'.repeat(32), sessionEvents })
         await verifier.ready()
         verifier.close()
         server.close()
         console.log('closed')
       })`,
    )
    expect(await consumer.node('closing.mjs')).toBe('closed\n')
  })

  it('has types for every entry, in modules and in CommonJS', async () => {
    const text = `
      import express from 'express'
      import Fastify from 'fastify'
      import { Hono } from 'hono'
      import { createVerifier, type VerifiedToken, VerifyError } from '@latchkey/verify'
      import { authOf, requireToken as forExpress } from '@latchkey/verify/express'
      import { requireToken as forFastify } from '@latchkey/verify/fastify'
      import { requireToken as forHono } from '@latchkey/verify/hono'
      import { LatchkeyGuard } from '@latchkey/verify/nestjs'
      import { requireToken as forNext } from '@latchkey/verify/next'

      const verifier = createVerifier({ issuer: 'https://auth.example.org', audience: 'shop' })
      const requires = { permission: 'orders.view' }
      express().get('/', forExpress(verifier, { requires }), (req, res) => { res.json(authOf(req).accountId) })
      Fastify().get('/', { onRequest: forFastify(verifier) }, async (request) => authOf(request).accountId)
      new Hono().get('/', forHono(verifier), (c) => c.json(c.get('auth').accountId))
      export const guard = new LatchkeyGuard(verifier)
      export const GET = forNext(verifier, (request: Request, auth: VerifiedToken) => Response.json(auth.groups))
      export const PUT = forNext(verifier, async (request, auth, { params }) =>
        Response.json([auth.accountId, await request.json(), (await params).id]),
      )
      export const isRefusal = (error: unknown): error is VerifyError => error instanceof VerifyError
    `
    for (const name of ['module.mts', 'common.cts']) consumer.write(name, text)
    consumer.write(
      'wrong.mts',
      `import { createVerifier } from '@latchkey/verify'
       const verifier = createVerifier({ issuer: 'https://auth.example.org', audiance: 'shop' })
       await verifier.verify('', { requires: { permissions: 'orders.view' } })`,
    )
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--skipLibCheck',
      '--lib',
      'esnext,dom',
      '--types',
      '',
    ]
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const check = (...files: string[]) =>
      consumer.node(tsc, ...options, ...files).catch(({ stdout }: { stdout?: string }) => stdout ?? 'nothing was told')
    expect(await check('module.mts', 'common.cts')).toBe('')
    const faults = (await check('wrong.mts')).match(/wrong\.mts\(\d/g)
    expect(faults).toEqual(['wrong.mts(2', 'wrong.mts(3'])
  })
})
