import type { UrlMap } from '../../src/hooks/urls.ts'
import type { TestDatabase } from './databases.ts'
import { type JsonAnswer, sendJson } from './http-client.ts'
import { type SmtpMail, startSmtpServer, type TestSmtpOptions, type TestSmtpServer } from './smtp-server.ts'
import { startTestApp, type TestApp } from './test-app.ts'

/** The origin in all links; nobody listens there. */
export const PUBLIC_URL = 'https://auth.example.org'

/** A password that passes all rules. */
export const PASSWORD = 'correct horse battery'

/** The real app, which sends its mail to a real SMTP server. */
export type MailedApp = {
  /** `restart()` replaces it. */
  app: TestApp
  smtp: TestSmtpServer
  /** Sends all mail that is due, and returns the mail that has arrived since the last call. */
  mail(): Promise<SmtpMail[]>
  post(path: string, body: unknown, token?: string, headers?: Record<string, string>): Promise<JsonAnswer>
  /** Creates an account over v1 and ignores its mail. */
  register(username: string, email?: string): Promise<void>
  /** @returns an access token */
  login(username: string, password?: string, headers?: Record<string, string>): Promise<string>
  /** Makes everything as it was at first, with `app.reset()`, and forgets the mail. */
  reset(): Promise<void>
  close(): Promise<void>
}

export async function startMailedApp(
  database: TestDatabase,
  settings: Record<string, string> = {},
  smtpOptions: TestSmtpOptions = {},
  urls?: UrlMap,
): Promise<MailedApp> {
  const smtp = await startSmtpServer(smtpOptions)
  const MAIL_URL = `smtp://127.0.0.1:${smtp.port}`
  const app = await startTestApp({ database, settings: { MAIL_URL, PUBLIC_URL, ...settings }, ...(urls && { urls }) })
  let seen = 0

  const at: MailedApp = {
    app,
    smtp,
    post: (path, body, token, headers = {}) =>
      sendJson(at.app.url, 'POST', path, { body, headers, ...(token !== undefined && { token }) }),
    async mail() {
      await at.app.app.mailWorker.settle()
      const fresh = smtp.mails.slice(seen)
      seen = smtp.mails.length
      return fresh
    },
    async register(username, email = `${username}@example.net`) {
      const { status, text } = await at.post('/api/v1/register', { username, email, password: PASSWORD })
      if (status !== 201) throw new Error(`${username} could not register: ${status} ${text}`)
    },
    async login(username, password = PASSWORD, headers = {}) {
      const { status, json, text } = await at.post('/api/v1/login', { username, password }, undefined, headers)
      if (status !== 200) throw new Error(`${username} could not log in: ${status} ${text}`)
      return (json as { access_token: string }).access_token
    },
    async reset() {
      await at.app.app.mailWorker.settle()
      at.app = await at.app.reset()
      seen = smtp.mails.length
    },
    async close() {
      await at.app.close()
      await smtp.close()
    },
  }
  return at
}
