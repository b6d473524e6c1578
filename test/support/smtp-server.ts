import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { type ReceivedMail, readMail } from './received-mail.ts'

/** An email with its SMTP envelope. */
export type SmtpMail = ReceivedMail & { from: string; to: string[]; isEncrypted: boolean; user: string | undefined }

export type TestSmtpServer = {
  port: number
  /** The accepted emails, in order. */
  mails: SmtpMail[]
  /** The names with which the senders of mail introduced themselves, in order. */
  greetings: string[]
  /** How many connections there were. */
  connections(): number
  close(): Promise<void>
}

export type TestSmtpOptions = Pick<SMTPServerOptions, 'secure' | 'key' | 'cert' | 'allowInsecureAuth'> & {
  /** Clients without these credentials are refused. */
  login?: { user: string; password: string }
  /** The status with which every sender is refused, if it is set. */
  refuseSender?(): number | undefined
  /** The status with which a recipient is refused, if any. */
  refuseRecipient?(address: string): number | undefined
  /** Called with a complete email before it is accepted; if it throws, the email is refused. */
  beforeAccepting?(mail: SmtpMail): Promise<void> | void
}

/** A real SMTP server on a free port of the loopback. */
export async function startSmtpServer(options: TestSmtpOptions = {}): Promise<TestSmtpServer> {
  const { login, refuseSender, refuseRecipient, beforeAccepting, ...own } = options
  const mails: SmtpMail[] = []
  const greetings: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = new SMTPServer({
    hideSTARTTLS: own.key === undefined,
    disableReverseLookup: true,
    authOptional: login === undefined,
    disabledCommands: [...(login === undefined ? ['AUTH'] : []), ...(own.key === undefined ? ['STARTTLS'] : [])],
    ...own,
    onConnect(_session, done) {
      connections++
      done()
    },
    onAuth({ username, password }, _session, done) {
      const isRight = username === login?.user && password === login?.password
      if (isRight) done(null, { user: username })
      else done(Object.assign(new Error('wrong name or password'), { responseCode: 535 }))
    },
    onMailFrom(_address, session, done) {
      greetings.push(session.hostNameAppearsAs)
      const responseCode = refuseSender?.()
      done(responseCode === undefined ? undefined : Object.assign(new Error('not from you'), { responseCode }))
    },
    onRcptTo({ address }, _session, done) {
      const responseCode = refuseRecipient?.(address)
      done(responseCode === undefined ? undefined : Object.assign(new Error('not this one'), { responseCode }))
    },
    async onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope
      try {
        // Fails if the client disconnects in the middle of it: then nothing was accepted.
        const message = await text(stream)
        const mail = {
          ...readMail(message),
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          isEncrypted: session.secure,
          user: session.user === undefined ? undefined : String(session.user),
        }
        await beforeAccepting?.(mail)
        mails.push(mail)
        done()
      } catch (error) {
        done(error as Error)
      }
    },
  })
  // Errors of clients are reported by the clients.
  server.on('error', () => {})
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    greetings,
    connections: () => connections,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
