import { isIP } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { MailboxEntry, ReadMailbox } from '../../flows/mail/mailbox.ts'
import { escapeHtml } from '../../platform/html.ts'
import { isLoopbackHost } from '../../platform/loopback.ts'
import { sendPage } from './html-page.ts'

/**
 * `/dev/mailbox` and `/dev/mailbox.json`: the mail that would have been sent, newest first. Only for development,
 * because it contains everybody's links. It answers only under names of this machine and its network: another website
 * can point its own name here (DNS rebinding), and its pages would then have the same origin.
 */
export async function devMailbox(
  server: FastifyInstance,
  { readMailbox, publicUrl }: { readMailbox: ReadMailbox; publicUrl: string },
): Promise<void> {
  server.addHook('onRequest', async (request, reply) => {
    if (!isOurName(request.headers.host ?? '', publicUrl)) return reply.callNotFound()
  })
  for (const url of ['/dev/mailbox', '/dev/mailbox/']) {
    server.get(url, { schema: { hide: true } }, async (_request, reply) => {
      const mails = await readMailbox()
      const list = mails.length === 0 ? '<p>There is no mail yet.</p>' : mails.map(article).join('\n')
      return sendPage(reply, 200, 'Mailbox', `<p>Newest first. <a href="/dev/mailbox.json">As JSON</a></p>\n${list}`)
    })
  }
  server.get('/dev/mailbox.json', { schema: { hide: true } }, async () => ({
    messages: (await readMailbox()).map(({ queuedAt, ...mail }) => ({
      ...mail,
      queued_at: new Date(queuedAt).toISOString(),
    })),
  }))
}

/** Anybody can register a name with a dot. */
function isOurName(host: string, publicUrl: string): boolean {
  const hostname = URL.parse(`http://${host}`)?.hostname ?? ''
  const isAddress = isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0
  return isAddress || isLoopbackHost(hostname) || !hostname.includes('.') || hostname === new URL(publicUrl).hostname
}

function article({ from, to, subject, text, links, queuedAt }: MailboxEntry): string {
  return [
    '<article>',
    `<h2>${escapeHtml(subject)}</h2>`,
    `<p>${new Date(queuedAt).toISOString()}<br>From: ${escapeHtml(from)}<br>To: ${escapeHtml(to)}</p>`,
    `<pre>${withLinks(text, links)}</pre>`,
    '</article>',
  ].join('\n')
}

/** The text with its own links made clickable. */
function withLinks(text: string, links: readonly string[]): string {
  return text
    .split('\n')
    .map((line) => (links.includes(line) ? `<a href="${escapeHtml(line)}">${escapeHtml(line)}</a>` : escapeHtml(line)))
    .join('\n')
}
