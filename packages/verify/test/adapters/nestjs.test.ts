import 'reflect-metadata'
import { Controller, Get, type INestApplication, Module, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Auth, LatchkeyGuard, Public, Requires } from '../../src/nestjs.ts'
import type { VerifiedToken } from '../../src/verifier.ts'
import { startIssuer } from '../support/issuer.ts'
import { type Ask, askerAt, brokenVerifier, expectAdapter } from './expectations.ts'

/** Applies decorators by hand: Node runs these tests from their sources, and does not understand their syntax. */
function decorate(target: { prototype: object }, method: string, ...decorators: MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, method)
  for (const decorator of decorators) decorator(target.prototype, method, descriptor ?? {})
}

/** The controllers are created again each time, because decorators stay on a class. */
function makeModule() {
  class Orders {
    list(auth: VerifiedToken) {
      return { account: auth.accountId }
    }
    refund(auth: VerifiedToken) {
      return { account: auth.accountId }
    }
    health(auth: VerifiedToken | undefined) {
      return { account: auth?.accountId ?? 'nobody' }
    }
    broken() {
      return {}
    }
  }
  decorate(Orders, 'list', Get('orders'))
  decorate(Orders, 'refund', Get('refunds'), Requires({ permission: 'refunds.make' }))
  decorate(Orders, 'health', Get('health'), Public())
  decorate(Orders, 'broken', Get('broken'), UseGuards(new LatchkeyGuard(brokenVerifier())))
  for (const method of ['list', 'refund', 'health']) Auth()(Orders.prototype, method, 0)
  Controller()(Orders)

  class Staff {
    list(auth: VerifiedToken) {
      return { account: auth.accountId }
    }
    wipe(auth: VerifiedToken) {
      return { account: auth.accountId }
    }
  }
  decorate(Staff, 'list', Get('list'), Public())
  decorate(Staff, 'wipe', Get('wipe'), Requires({ permission: ['staff.wipe'] }))
  for (const method of ['list', 'wipe']) Auth()(Staff.prototype, method, 0)
  Requires({ group: 'staff' })(Staff)
  Controller('staff')(Staff)

  class App {}
  Module({ controllers: [Orders, Staff] })(App)
  return App
}

const platforms: [string, () => ExpressAdapter | FastifyAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
]

describe.each(platforms)('NestJS on %s', (_, platform) => {
  async function start(verifier: ConstructorParameters<typeof LatchkeyGuard>[0]): Promise<Ask> {
    const app: INestApplication = await NestFactory.create(makeModule(), platform(), { logger: false })
    // biome-ignore lint/correctness/useHookAtTopLevel: this is NestJS, not React
    app.useGlobalGuards(new LatchkeyGuard(verifier))
    onTestFinished(() => app.close())
    await app.listen(0, '127.0.0.1')
    return askerAt((await app.getUrl()).replace('[::1]', '127.0.0.1'))
  }

  it('lets good tokens pass and refuses all others', async () => {
    const issuer = await startIssuer()
    await expectAdapter(issuer, await start(issuer.verifier()))
  })

  it('lets everybody in if a handler is public, and only then', async () => {
    const issuer = await startIssuer()
    const ask = await start(issuer.verifier())
    expect(await ask('/health')).toMatchObject({ status: 200, body: { account: 'nobody' } })
    expect(await ask('/orders')).toMatchObject({ status: 401 })
  })

  it('requires the rights of the controller and of the handler, whatever else is public', async () => {
    const issuer = await startIssuer()
    const ask = await start(issuer.verifier())
    const staff = await issuer.token({ groups: ['staff'] })
    const both = await issuer.token({ groups: ['staff'], permissions: ['staff.wipe'] })
    const one = await issuer.token({ permissions: ['staff.wipe'] })
    expect(await ask('/staff/list')).toMatchObject({ status: 401 })
    expect(await ask('/staff/list', staff)).toMatchObject({ status: 200 })
    expect(await ask('/staff/wipe', staff)).toMatchObject({ status: 403 })
    expect(await ask('/staff/wipe', one)).toMatchObject({ status: 403 })
    expect(await ask('/staff/wipe', both)).toMatchObject({ status: 200, body: { account: '7' } })
  })
})

describe('the guard of NestJS', () => {
  it('refuses what is not HTTP', async () => {
    const guard = new LatchkeyGuard(brokenVerifier())
    const context = { getType: () => 'rpc', getClass: () => class {}, getHandler: () => () => {} }
    await expect(guard.canActivate(context as never)).rejects.toThrow(/override getRequest/)
  })
})
