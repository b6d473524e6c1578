import type { FastifyReply } from 'fastify'
import { escapeHtml } from '../../platform/html.ts'
import { type Random, randomId } from '../../platform/random.ts'
import type { SessionHint } from './site.ts'

/** Where the template takes what differs from request to request. */
const HEAD = '<!-- latchkey:head -->'

/** Sends the document of a page; which page it is, its own script reads from the address. */
export type SendDocument = (reply: FastifyReply, status: number, session: SessionHint) => FastifyReply

/**
 * Makes the documents of the pages. Each has a policy of its own: scripts are files of ours, styles are files of ours or
 * carry the nonce of this very answer, and nothing else may be loaded, framed or sent anywhere.
 *
 * The address of a page may hold the secret of a link, so no other address is told of it.
 */
export function createSendDocument(template: string, site: Record<string, unknown>, random: Random): SendDocument {
  const titled = template.replace(/<title>.*<\/title>/, `<title>${escapeHtml(String(site.name))}</title>`)
  const placed = titled.replaceAll('="./', `="${site.base_path}/pages/`)
  const [before = '', after = ''] = placed.split(HEAD)
  return (reply, status, session) => {
    const nonce = randomId(random)
    const head =
      `<meta property="csp-nonce" nonce="${nonce}">\n` +
      `<script type="application/json" id="latchkey-site">${inScript({ ...site, session, status })}</script>`
    return reply
      .code(status)
      .headers({ 'content-security-policy': policy(nonce), 'referrer-policy': 'no-referrer', vary: 'Cookie' })
      .type('text/html; charset=utf-8')
      .send(before + head + after)
  }
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** JSON that ends no script element, whatever is in it. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}

/** Instead of a page, where nobody has built them. */
export function sendUnbuilt(reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .type('text/plain; charset=utf-8')
    .send('The pages of this server have not been built. Run "npm run build", then start the server again.\n')
}
