import type { FastifyReply } from 'fastify'
import { escapeHtml } from '../../platform/html.ts'
import { type Random, randomId } from '../../platform/random.ts'
import type { Preloads } from './page-preloads.ts'
import type { LinkHint, SessionHint } from './site.ts'

/**
 * Sends the document of a page. The page's script reads from the address which page it is.
 *
 * @param preloads what the browser should fetch at once
 */
type SendDocument = (
  reply: FastifyReply,
  status: number,
  hints: { session: SessionHint; now: number; link?: LinkHint | undefined },
  preloads: Preloads,
) => FastifyReply

/**
 * Creates the documents of the pages. Each has its own policy: scripts are our files, styles are our files or carry the
 * nonce of this response, and nothing else may be loaded, framed or sent anywhere.
 *
 * The address of a page may contain the secret of a link, so the page passes no referrer.
 */
export function createSendDocument(template: string, site: Record<string, unknown>, random: Random): SendDocument {
  const titled = template.replace(/<title>.*<\/title>/, `<title>${escapeHtml(String(site.name))}</title>`)
  const placed = titled.replaceAll('="./', `="${site.base_path}/pages/`)
  const [before = '', between = '', after = ''] = placed.split(/<!-- latchkey:head -->|(?=<\/head>)/)
  const at = (file: string) => `${site.base_path}/pages/${file}`
  return (reply, status, hints, preloads) => {
    const nonce = randomId(random)
    const scripts = preloads.scripts.map((file) => `<link rel="modulepreload" crossorigin href="${at(file)}">\n`)
    const styles = preloads.styles.map((file) => `<link rel="stylesheet" crossorigin href="${at(file)}">\n`)
    const head =
      `<link rel="icon" type="image/svg+xml" href="${site.base_path}/pages/icon.svg">\n` +
      scripts.join('') +
      `<meta property="csp-nonce" nonce="${nonce}">\n` +
      `<script type="application/json" id="latchkey-site">${inScript({ ...site, ...hints, status })}</script>`
    return (
      reply
        .code(status)
        .headers({
          'content-security-policy': policy(nonce, site.has_mailbox === true),
          'referrer-policy': 'no-referrer',
          vary: 'Cookie',
        })
        .type('text/html; charset=utf-8')
        // Styles of a part override those of every page, so they come last.
        .send(before + head + between + styles.join('') + after)
    )
  }
}

function policy(nonce: string, hasFrames: boolean): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "connect-src 'self'",
    // Only the mailbox of a development server shows frames: the emails as recipients see them.
    ...(hasFrames ? ["frame-src 'self'"] : []),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** JSON that cannot end a script element, whatever it contains. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}

/** Shown instead of a page if the pages have not been built. */
export function sendUnbuilt(reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .type('text/plain; charset=utf-8')
    .send('The pages of this server have not been built. Run "npm run build", then start the server again.\n')
}
