import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { escapeHtml } from '../../platform/html.ts'

const STYLE =
  'body{margin:3rem auto;padding:0 1rem;max-width:34rem;font:1rem/1.5 sans-serif;color:#1a1a1a;background:#fff}' +
  'input{display:block;width:100%;box-sizing:border-box;margin:.25rem 0 1rem;padding:.5rem;font:inherit}' +
  'button{padding:.5rem 1rem;font:inherit}pre{white-space:pre-wrap;overflow-wrap:anywhere}' +
  '.fault{color:#a00000}article{border-top:1px solid #ccc;margin-top:2rem}'

const styleHash = createHash('sha256').update(STYLE).digest('base64')

/** No scripts, no images, nothing from other hosts; forms go only to this server. */
const POLICY = `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

/**
 * Sends a small page. Its address may contain a secret, so the page passes no referrer.
 *
 * @param body HTML: everything that is not constant must go through `escapeHtml`
 */
export function sendPage(reply: FastifyReply, status: number, title: string, body: string): FastifyReply {
  return reply
    .code(status)
    .headers({ 'content-security-policy': POLICY, 'referrer-policy': 'no-referrer' })
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n` +
        `<meta name="robots" content="noindex">\n<title>${escapeHtml(title)}</title>\n<style>${STYLE}</style>\n` +
        `<h1>${escapeHtml(title)}</h1>\n${body}\n</html>\n`,
    )
}
