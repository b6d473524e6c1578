import type { FastifyInstance } from 'fastify'
import { type TObject, Type } from 'typebox'
import type { KeyRing } from '../keys/key-ring.ts'
import { jwkSetMaxAgeSeconds } from '../keys/signing-key.ts'
import { sha256 } from '../platform/digest.ts'

export type WellKnownParts = {
  keyRing: Pick<KeyRing, 'jwkSet'>
  settings: {
    /** The origin of every published address; never taken from a request. */
    publicUrl: string
    issuer: string | undefined
    signingKeyLifetimeMs: number
    hasServices: boolean
  }
}

/**
 * What other services need before they can verify a token: the JWK Set (RFC 7517 §5) and, if this server is the issuer,
 * its metadata (RFC 8414).
 */
export async function wellKnown(server: FastifyInstance, { keyRing, settings }: WellKnownParts): Promise<void> {
  const cacheControl = `public, max-age=${jwkSetMaxAgeSeconds(settings.signingKeyLifetimeMs)}`
  const metadata = authorizationServerMetadata(settings)

  route('/.well-known/jwks.json', 'Get the public keys that verify tokens', 'application/jwk-set+json', () =>
    keyRing.jwkSet(),
  )
  if (metadata !== undefined) {
    route(
      '/.well-known/oauth-authorization-server',
      'Get the metadata of this server (RFC 8414)',
      'application/json',
      () => metadata,
    )
  }

  function route(url: string, summary: string, type: string, read: () => object): void {
    const present = createPresenter(read)
    server.route({
      method: ['GET', 'HEAD'],
      url,
      schema: {
        tags: ['well-known'],
        summary,
        response: {
          200: { description: 'OK', content: { [type]: { schema: anything } } },
          304: { type: 'null', description: 'Not changed' },
        },
      },
      handler: async (request, reply) => {
        const { body, etag } = present()
        reply.headers({ 'cache-control': cacheControl, etag, 'cross-origin-resource-policy': 'cross-origin' })
        const isKnown = request.headers['if-none-match']
          ?.split(',')
          .some((tag) => tag.trim().replace(/^W\//, '') === etag)
        return isKnown ? reply.code(304).send() : reply.type(type).send(body)
      },
    })
  }
}

const anything: TObject = Type.Object({}, { additionalProperties: true })

/** Serialises and hashes an object once, as long as it stays the same. */
function createPresenter(read: () => object): () => { body: string; etag: string } {
  let last: { of: object; body: string; etag: string } | undefined
  return () => {
    const current = read()
    if (last?.of !== current) {
      const body = JSON.stringify(current)
      last = { of: current, body, etag: `"${sha256(body).slice(0, 27)}"` }
    }
    return last
  }
}

/**
 * Publishes only what is true: there is no authorization endpoint, and `POST /api/v1/refresh` is not an OAuth token
 * endpoint. If the issuer is not this server's own address, its metadata must be published there (RFC 8414 §3.3).
 */
function authorizationServerMetadata({
  publicUrl,
  issuer,
  hasServices,
}: WellKnownParts['settings']): object | undefined {
  if (issuer?.replace(/\/$/, '') !== publicUrl) return undefined
  const methods = ['client_secret_basic', 'client_secret_post']
  return {
    issuer,
    jwks_uri: `${publicUrl}/.well-known/jwks.json`,
    response_types_supported: [],
    grant_types_supported: [],
    ...(hasServices && {
      introspection_endpoint: `${publicUrl}/api/v1/introspect`,
      introspection_endpoint_auth_methods_supported: methods,
      revocation_endpoint: `${publicUrl}/api/v1/revoke`,
      revocation_endpoint_auth_methods_supported: methods,
    }),
  }
}
