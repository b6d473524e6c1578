import { join } from 'node:path'
import { anyDatabase } from '../http/signed-in-app.ts'
import { freePort } from '../support/free-port.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

/** A password that satisfies every rule. */
export const PASSWORD = 'copper lantern 42'

/** A server whose pages a browser can open, with its emails at hand. */
export type PagesApp = TestApp & {
  /** Creates an account over the API. */
  register(username: string): Promise<void>
  /** The path that the link of the newest email with this subject leads to. */
  mailedPath(subject: RegExp): Promise<string>
}

export async function startPagesApp(settings: Record<string, string> = {}): Promise<PagesApp> {
  const port = await freePort()
  const app = await startTestApp({
    database: anyDatabase,
    settings: {
      DEBUG: 'true',
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      PROFILE_SCHEMA_FILE: join(import.meta.dirname, 'profile-schema.json'),
      SITE_LINKS: 'Privacy=https://example.org/privacy, Help=mailto:help@example.org',
      ...settings,
    },
  })
  return {
    ...app,
    async register(username) {
      const body = { username, email: `${username}@example.org`, password: PASSWORD, profile: { city: 'Paris' } }
      const { status, text } = await sendJson(app.url, 'POST', '/api/v1/register', { body })
      if (status !== 201) throw new Error(`${username} could not register: ${text}`)
    },
    async mailedPath(subject) {
      await app.app.mailWorker.settle()
      const mails = (await app.app.readMailbox?.()) ?? []
      const link = mails.find((mail) => subject.test(mail.subject))?.links[0]
      if (link === undefined) throw new Error(`no mail with a link has the subject ${subject}`)
      const { pathname, search } = new URL(link)
      return pathname + search
    },
  }
}
