import type { FastifyInstance } from 'fastify'
import type { ReadMailbox } from '../../flows/mail/mailbox.ts'
import { forDevelopersOnly } from '../client/local-request.ts'
import type { OpenPage } from './open-page.ts'

/** For an email in a frame of the mailbox: styles of its own, no script, and nothing from elsewhere. */
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; " +
  'sandbox allow-top-navigation-by-user-activation'

/**
 * `/dev/mailbox`, `/dev/mailbox.json` and each email as it will appear: the mail that would have been sent, newest first.
 * Only for development, because it contains everybody's links.
 */
export async function devMailbox(
  server: FastifyInstance,
  { readMailbox, openPage }: { readMailbox: ReadMailbox; openPage: OpenPage },
): Promise<void> {
  forDevelopersOnly(server)
  for (const url of ['/dev/mailbox', '/dev/mailbox/']) {
    server.get(url, { schema: { hide: true } }, async (request, reply) => openPage(request, reply))
  }
  server.get<{ Params: { id: string } }>('/dev/mailbox/:id', { schema: { hide: true } }, async (request, reply) => {
    const mail = (await readMailbox()).find(({ id }) => id === request.params.id)
    if (mail === undefined) return reply.callNotFound()
    return reply
      .headers({ 'content-security-policy': MAIL_POLICY, 'x-frame-options': 'SAMEORIGIN' })
      .type('text/html; charset=utf-8')
      .send(mail.html.replace(/<head>/i, '<head><base target="_top">'))
  })
  server.get('/dev/mailbox.json', { schema: { hide: true } }, async () => ({
    messages: (await readMailbox()).map(({ queuedAt, ...mail }) => ({
      ...mail,
      queued_at: new Date(queuedAt).toISOString(),
    })),
  }))
}
