import type { lookup } from 'node:dns'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startWebhookReceiver } from '../../test/support/webhook-receiver.ts'
import { createSender } from './sender.ts'

const inside = { allowsPlain: true, allowsPrivate: true }
const outside = { allowsPlain: true, allowsPrivate: false }
const request = { headers: { 'x-test': 'a' }, body: '{"type":"täst"}' }
const never = new AbortController().signal

async function aReceiver() {
  const receiver = await startWebhookReceiver()
  onTestFinished(() => receiver.close())
  return receiver
}

/** A name server that knows only one name. */
function knowing(...addresses: string[]): typeof lookup {
  const resolve = (_hostname: string, _options: object, callback: (error: null, found: object[]) => void) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  return resolve as unknown as typeof lookup
}

describe('a request to a webhook', () => {
  it('arrives unchanged, and returns the status of the answer', async () => {
    const receiver = await aReceiver()
    receiver.answer(202)
    expect(await createSender(inside)({ ...request, url: `${receiver.url}?a=b` }, never)).toBe(202)
    expect(receiver.received).toMatchObject([
      { method: 'POST', path: '/hook?a=b', body: request.body, headers: { 'x-test': 'a', 'content-length': '16' } },
    ])
  })

  it('follows no redirect', async () => {
    const receiver = await aReceiver()
    receiver.answer((_, response) => void response.writeHead(307, { location: receiver.url }).end())
    expect(await createSender(inside)({ ...request, url: receiver.url }, never)).toBe(307)
    expect(receiver.received).toHaveLength(1)
  })

  it('reads only the status of the answer: no endless body and no endless headers', async () => {
    const receiver = await aReceiver()
    receiver.answer((_, response) => {
      response.writeHead(200)
      const flood = () => {
        while (!response.destroyed && response.write('a'.repeat(65_536)));
      }
      response.on('drain', flood)
      flood()
    })
    expect(await createSender(inside)({ ...request, url: receiver.url }, never)).toBe(200)
    receiver.answer((_, response) => void response.writeHead(200, { 'x-long': 'a'.repeat(20_000) }).end())
    await expect(createSender(inside)({ ...request, url: receiver.url }, never)).rejects.toThrow('Header overflow')
  })

  it('ends when nobody waits any more, even if no answer comes', async () => {
    const receiver = await aReceiver()
    const aborting = new AbortController()
    receiver.answer(() => aborting.abort(new Error('it is over')))
    const sending = createSender(inside)({ ...request, url: receiver.url }, aborting.signal)
    await expect(sending).rejects.toThrow('aborted')
  })

  it('fails if nobody listens', async () => {
    const receiver = await startWebhookReceiver()
    await receiver.close()
    await expect(createSender(inside)({ ...request, url: receiver.url }, never)).rejects.toThrow('ECONNREFUSED')
  })
})

describe('a destination', () => {
  it.each(['http://127.0.0.1:PORT', 'http://localhost:PORT', 'http://[::ffff:127.0.0.1]:PORT'])(
    'with a private name is not connected to: %s',
    async (url) => {
      const receiver = await aReceiver()
      const target = url.replace('PORT', new URL(receiver.url).port)
      await expect(createSender(outside)({ ...request, url: target }, never)).rejects.toThrow('private_address')
      expect(receiver.received).toEqual([])
    },
  )

  it.each([[['127.0.0.1']], [['1.1.1.1', '127.0.0.1']], [['::1']], [['::ffff:127.0.0.1']], [[]]])(
    'whose name resolves to a private address is not connected to: %o',
    async (addresses) => {
      const receiver = await aReceiver()
      const url = `http://hooks.example.org:${new URL(receiver.url).port}/`
      const send = createSender(outside, knowing(...addresses))
      await expect(send({ ...request, url }, never)).rejects.toThrow('private_address')
      expect(receiver.received).toEqual([])
    },
  )

  it('is connected to at the very address that was checked', async () => {
    const receiver = await aReceiver()
    const url = `http://hooks.example.org:${new URL(receiver.url).port}/`
    expect(await createSender(inside, knowing('127.0.0.1'))({ ...request, url }, never)).toBe(204)
    expect(receiver.received).toMatchObject([{ headers: { host: new URL(url).host } }])
  })

  it('may have been created under other rules: the current ones count', async () => {
    const receiver = await aReceiver()
    const strict = { allowsPlain: false, allowsPrivate: true }
    await expect(createSender(strict)({ ...request, url: receiver.url }, never)).rejects.toThrow('https_required')
  })
})
