import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { smtpOptions } from '../../src/mail/transport/smtp-options.ts'
import { createSmtpTransport } from '../../src/mail/transport/smtp-transport.ts'
import { type OutgoingMail, RefusedMailError } from '../../src/mail/transport/transport.ts'
import { selfSignedCertificate } from '../support/certificates.ts'
import { startSmtpServer, type TestSmtpOptions, type TestSmtpServer } from '../support/smtp-server.ts'

const sender = { name: 'Example, Inc.', address: 'no-reply@example.org' }
const login = { user: 'latchkey@example.org', password: 'p:/@#%' }
const inUrl = `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@`
const certificate = selfSignedCertificate('localhost')

const aMail = (changes: Partial<OutgoingMail> = {}): OutgoingMail => ({
  id: '0123456789abcdef',
  to: 'alice@example.net',
  queuedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  subject: 'Hello',
  text: `Open:\nhttps://auth.example.org/account/reset-password?token=${'x'.repeat(43)}\n`,
  html: '<p>Open</p>',
  ...changes,
})

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function aServer(options: TestSmtpOptions = {}): Promise<TestSmtpServer> {
  const server = await startSmtpServer(options)
  closers.push(server.close)
  return server
}

const never = () => new AbortController().signal
const transportTo = (url: string, changes: object = {}) =>
  createSmtpTransport({ ...smtpOptions(url, 'auth.example.org'), ...changes }, sender)

describe('an email by SMTP', () => {
  it('arrives as it was written, with its links whole in the source', async () => {
    const server = await aServer()
    await transportTo(`smtp://127.0.0.1:${server.port}`).send(aMail(), never())
    const [mail] = server.mails
    expect(mail).toMatchObject({ from: sender.address, to: ['alice@example.net'], isEncrypted: false })
    expect(mail).toMatchObject({ subject: 'Hello', text: aMail().text, html: aMail().html })
    expect(mail?.headers).toMatchObject({
      from: ['"Example, Inc." <no-reply@example.org>'],
      to: ['alice@example.net'],
      date: ['Fri, 02 Jan 2026 03:04:05 +0000'],
      'message-id': ['<0123456789abcdef@example.org>'],
      'auto-submitted': ['auto-generated'],
    })
    expect(mail?.source).toContain(`token=${'x'.repeat(43)}\r\n`)
  })

  it('keeps all of Unicode', async () => {
    const server = await aServer()
    const changes = { subject: 'Grüße aus „Köln“ 🔑', text: 'Schöne Grüße 🔑\n', html: '<p>„Köln“ 🔑</p>' }
    await transportTo(`smtp://127.0.0.1:${server.port}`).send(aMail(changes), never())
    expect(server.mails[0]).toMatchObject(changes)
  })

  it('has only its own headers, whatever is in its subject', async () => {
    const server = await aServer()
    const subject = 'Hello\r\nBcc: mallory@evil.test\r\n\r\nBody'
    await transportTo(`smtp://127.0.0.1:${server.port}`).send(aMail({ subject }), never())
    expect(server.mails[0]?.to).toEqual(['alice@example.net'])
    expect(server.mails[0]?.headers).not.toHaveProperty('bcc')
    expect(server.mails[0]?.text).toBe(aMail().text)
  })

  it.each(['a@b.test, c@evil.test', 'a@b.test>\r\nRCPT TO:<c@evil.test', 'Name <c@evil.test>'])(
    'goes to one recipient or to none: %j',
    async (to) => {
      const server = await aServer()
      await transportTo(`smtp://127.0.0.1:${server.port}`)
        .send(aMail({ to }), never())
        .catch(() => {})
      expect(server.mails.flatMap((mail) => mail.to).filter((address) => address === 'c@evil.test')).toEqual([])
    },
  )
})

describe('TLS and passwords', () => {
  it('logs in by STARTTLS', async () => {
    const server = await aServer({ ...certificate, login })
    await transportTo(`smtp://${inUrl}127.0.0.1:${server.port}`).send(aMail(), never())
    expect(server.mails).toMatchObject([{ isEncrypted: true, user: login.user }])
  })

  it('logs in by TLS from the first byte', async () => {
    const server = await aServer({ ...certificate, login, secure: true })
    await transportTo(`smtps://${inUrl}127.0.0.1:${server.port}`).send(aMail(), never())
    expect(server.mails).toMatchObject([{ isEncrypted: true, user: login.user }])
  })

  it('does not send its password to a server without a trusted certificate', async () => {
    const server = await aServer({ ...certificate, login })
    const { tls, requireTLS } = smtpOptions(`smtp://${inUrl}mail.example.org`, 'auth.example.org')
    const transport = transportTo(`smtp://${inUrl}127.0.0.1:${server.port}`, { tls, requireTLS })
    await expect(transport.send(aMail(), never())).rejects.toThrow(/self-signed certificate/)
    expect(server.mails).toEqual([])
  })

  it('does not send its password without TLS', async () => {
    const server = await aServer({ login, allowInsecureAuth: true })
    const { tls, requireTLS } = smtpOptions(`smtp://${inUrl}mail.example.org`, 'auth.example.org')
    const transport = transportTo(`smtp://${inUrl}127.0.0.1:${server.port}`, { tls, requireTLS })
    await expect(transport.send(aMail(), never())).rejects.toThrow(/STARTTLS/)
    expect(server.mails).toEqual([])
  })

  it('treats a wrong password as a fault of the settings, not of the email', async () => {
    const server = await aServer({ ...certificate, login })
    const sending = transportTo(`smtp://x:y@127.0.0.1:${server.port}`).send(aMail(), never())
    await expect(sending).rejects.not.toBeInstanceOf(RefusedMailError)
    await expect(sending).rejects.toThrow('535')
  })
})

describe('a server that does not accept an email', () => {
  it.each([
    [550, true],
    [530, false],
    [451, false],
  ])('with %d at the recipient: permanently %s', async (status, isForGood) => {
    const server = await aServer({ refuseRecipient: () => status })
    const sending = transportTo(`smtp://127.0.0.1:${server.port}`).send(aMail(), never())
    const refusal = await sending.catch((error: unknown) => error)
    expect(refusal instanceof RefusedMailError).toBe(isForGood)
    expect(String(refusal)).toContain(String(status))
  })

  it.each([
    [554, true],
    [452, false],
  ])('with %d at the end: permanently %s', async (status, isForGood) => {
    const server = await aServer({
      beforeAccepting() {
        throw Object.assign(new Error('no'), { responseCode: status })
      },
    })
    const refusal = await transportTo(`smtp://127.0.0.1:${server.port}`)
      .send(aMail(), never())
      .catch((error: unknown) => error)
    expect(refusal instanceof RefusedMailError).toBe(isForGood)
  })

  it.each([553, 550, 530, 451])(
    'from this sender, which is a fault of the settings and not of the email: with %d',
    async (status) => {
      const server = await aServer({ refuseSender: () => status })
      const sending = transportTo(`smtp://127.0.0.1:${server.port}`).send(aMail(), never())
      await expect(sending).rejects.not.toBeInstanceOf(RefusedMailError)
      await expect(sending).rejects.toThrow(String(status))
    },
  )

  it('because nobody listens: it may be tried again', async () => {
    const server = await startSmtpServer()
    await server.close()
    const sending = transportTo(`smtp://127.0.0.1:${server.port}`).send(aMail(), never())
    await expect(sending).rejects.toThrow('ECONNREFUSED')
  })

  it('because it says nothing: the attempt ends in time', async () => {
    const sockets: Socket[] = []
    const silent: Server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    closers.push(async () => {
      for (const socket of sockets) socket.destroy()
      silent.close()
    })
    const { port } = silent.address() as AddressInfo
    const transport = transportTo(`smtp://127.0.0.1:${port}`, { greetingTimeout: 50 })
    await expect(transport.send(aMail(), never())).rejects.toThrow(/[Gg]reeting/)
  })

  it('until it is told to stop', async () => {
    const stop = new AbortController()
    const server = await aServer({
      beforeAccepting: () => {
        stop.abort()
        return new Promise(() => {})
      },
    })
    const sending = transportTo(`smtp://127.0.0.1:${server.port}`).send(aMail(), stop.signal)
    await expect(sending).rejects.toThrow()
  })
})
