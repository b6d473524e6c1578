import type { FastifyRequest } from 'fastify'
import { AuthError } from '../../errors.ts'
import type { FindService } from '../../services/service-credential.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The service whose credential came with the request, on routes for services. */
    service: string | undefined
  }
}

/**
 * Reads an HTTP Basic credential (RFC 7617) and finds its service. Name and secret are accepted as they are, and also
 * with the form encoding that RFC 6749 §2.3.1 requires and few clients use.
 *
 * @throws AuthError `service_not_authenticated`
 */
export function identifyService(request: FastifyRequest, findService: FindService): string {
  const [, encoded = ''] = /^basic +([a-z0-9+/=_-]+) *$/i.exec(request.headers.authorization ?? '') ?? []
  const [, name = '', secret = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? []
  const service = findService({ name, secret }) ?? findService({ name: formDecoded(name), secret: formDecoded(secret) })
  if (service === undefined) throw new AuthError('service_not_authenticated')
  return service
}

/**
 * The same for a credential in the body of a form: `client_id` and `client_secret` (RFC 6749 §2.3.1).
 *
 * @throws AuthError `service_not_authenticated`
 */
export function identifyServiceByBody({ body }: FastifyRequest, findService: FindService): string {
  const { client_id: name, client_secret: secret } = (body ?? {}) as Record<string, unknown>
  const service = typeof name === 'string' && typeof secret === 'string' ? findService({ name, secret }) : undefined
  if (service === undefined) throw new AuthError('service_not_authenticated')
  return service
}

/** The service of an admitted request. */
export function serviceOf({ service }: FastifyRequest): string {
  if (service === undefined) throw new AuthError('service_not_authenticated')
  return service
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
