import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AuthError, type FieldFault } from '../../errors.ts'
import type { EmailFlow, LinkPage } from '../../flows/mail/email-flow.ts'
import { TOKEN_PATTERN } from '../../one-time-tokens/one-time-token.ts'
import { escapeHtml } from '../../platform/html.ts'
import type { Logger } from '../../platform/log.ts'
import { basePathOf } from '../base-path.ts'
import { readFormBody, withCountedPassword } from '../json-body.ts'
import { problemOf } from '../problem.ts'
import { logFailure, refusalOf } from '../refusal.ts'
import { requestOrigin } from '../request-origin.ts'
import { sendRetryFields, type Throttle } from '../throttle.ts'
import { createReader } from '../v1/route.ts'
import { sendPage } from './html-page.ts'

type LinkPageParts = {
  emailFlows: readonly EmailFlow[]
  trimPasswords: boolean
  throttle: Throttle
  log: Logger
  publicUrl: string
}

/** More than any of these forms takes up. */
const BODY_LIMIT = 16_384

const token = new RegExp(TOKEN_PATTERN)

/**
 * The pages that links in mails lead to. Opening one does nothing, since programs that look for harm in mail open every
 * link; its form sends the token, without any script.
 */
export async function linkPages(server: FastifyInstance, parts: LinkPageParts): Promise<void> {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    async (_request: FastifyRequest, body: Buffer) => readFormBody(body),
  )
  server.addHook('onRequest', (request) => parts.throttle(request, true))
  server.setErrorHandler((error, request, reply) => {
    const refusal = pageRefusal(error)
    request.refusal = refusal
    logFailure(parts.log, request.id, refusal)
    sendRetryFields(reply, refusal)
    const { status, title } = problemOf(refusal)
    return sendPage(reply, status, 'That did not work', `<p>${escapeHtml(title)}</p>`)
  })
  for (const flow of parts.emailFlows)
    registerLinkPage(server, flow, { ...parts, basePath: basePathOf(parts.publicUrl) })
}

function registerLinkPage(
  server: FastifyInstance,
  { page, confirm }: EmailFlow,
  { trimPasswords, basePath }: { trimPasswords: boolean; basePath: string },
): void {
  const readBody = createReader(confirm.body)

  server.route({
    method: ['GET', 'HEAD'],
    url: page.path,
    schema: { hide: true },
    handler: async (request, reply) => {
      const { token: presented } = request.query as { token?: unknown }
      if (typeof presented === 'string' && token.test(presented)) {
        return sendPage(reply, 200, page.title, form({ page, basePath, presented, faults: [] }))
      }
      return sendPage(reply, 400, page.title, '<p>The link is incomplete. Copy the whole link from the mail.</p>')
    },
  })
  server.route({
    method: 'POST',
    url: page.path,
    schema: { hide: true },
    handler: async (request, reply) => {
      const body = request.body as { token?: unknown } | undefined
      const presented = typeof body?.token === 'string' && token.test(body.token) ? body.token : ''
      try {
        const read = withCountedPassword(readBody(body ?? {}) as object, trimPasswords)
        await confirm.confirm(read as Parameters<typeof confirm.confirm>[0], requestOrigin(request))
      } catch (error) {
        if (error instanceof AuthError && error.code === 'invalid_fields' && presented !== '') {
          request.refusal = error
          return sendPage(
            reply,
            400,
            page.title,
            form({ page, basePath, presented, faults: error.faults, typed: body }),
          )
        }
        throw error
      }
      return sendPage(reply, 200, page.title, `<p>${escapeHtml(page.done)}</p>`)
    },
  })
}

type Form = {
  page: LinkPage
  basePath: string
  presented: string
  faults: readonly FieldFault[]
  /** What was typed before: shown again, except for passwords. */
  typed?: object | undefined
}

function form({ page, basePath, presented, faults, typed = {} }: Form): string {
  const before = new Map(Object.entries(typed))
  const fields = page.fields.map(({ name, label, type, autocomplete }) => {
    const own = faults
      .filter((fault) => fault.field === name)
      .map((fault) => `<span class="fault">${words(fault)}</span>`)
    const value = type === 'text' ? escapeHtml(String(before.get(name) ?? '')) : ''
    return (
      `<label>${escapeHtml(label)} ${own.join(' ')}` +
      `<input name="${name}" type="${type}" value="${value}" autocomplete="${autocomplete}" required></label>`
    )
  })
  return [
    `<p>${escapeHtml(page.explanation)}</p>`,
    `<form method="post" action="${basePath}${page.path}">`,
    `<input type="hidden" name="token" value="${escapeHtml(presented)}">`,
    ...fields,
    `<button>${escapeHtml(page.button)}</button>`,
    '</form>',
  ].join('\n')
}

/** A fault in words, for people. */
function words({ fault, minimum, attribute, message }: FieldFault): string {
  if (typeof message === 'string') return escapeHtml(message)
  switch (fault) {
    case 'too_short':
      return `The password needs at least ${Number(minimum)} characters.`
    case 'too_common':
      return 'This password is too common.'
    case 'entirely_numeric':
      return 'The password must not consist of digits only.'
    case 'too_similar':
      return `The password is too similar to ${likenedTo(attribute)}.`
    case 'breached':
      return 'This password was exposed in a data breach. Attackers try such passwords first.'
    case 'invalid_username':
      return 'The username may contain only letters, digits and @ . + - _'
    case 'username_taken':
      return 'This username is taken.'
    default:
      return 'This value cannot be used.'
  }
}

function likenedTo(attribute: unknown): string {
  if (attribute === 'service_name') return 'the name of this service'
  return attribute === 'email' ? 'your email address' : 'your name'
}

/** A page says "invalid request" for every body that no form of ours sends: its reader can do nothing about the rest. */
function pageRefusal(error: unknown): AuthError {
  const refusal = refusalOf(error)
  const isForeignBody = refusal.code === 'payload_too_large' || refusal.code === 'unsupported_media_type'
  return isForeignBody ? new AuthError('invalid_request', { cause: error }) : refusal
}
