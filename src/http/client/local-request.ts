import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isLoopbackHost } from '../../platform/loopback.ts'
import { isPublicAddress } from '../../webhooks/destination.ts'

/**
 * Hides a plugin's routes from everybody but developers, because they show secrets, such as the links in everybody's
 * mail.
 */
export function forDevelopersOnly(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    if (!isLocalRequest(request)) return reply.callNotFound()
  })
}

/**
 * Whether a request was addressed to this machine by a name that means this machine everywhere. Another website can point
 * its own name here (DNS rebinding); its pages would then have the same origin. A proxy may replace the name, so the names
 * and addresses that it forwards count too.
 */
export function isLocalRequest({ headers, clientAddress }: Pick<FastifyRequest, 'headers' | 'clientAddress'>): boolean {
  const { host = '' } = headers
  return [host, ...forwardedHosts(headers)].every(isLocalHost) && !isPublicAddress(clientAddress)
}

/** `X-Forwarded-Host`, and `host=` in `Forwarded` (RFC 7239 §5.3): each proxy may have added one. */
function forwardedHosts(headers: IncomingHttpHeaders): string[] {
  const named = [headers['x-forwarded-host'], headers['x-original-host'], headers['x-host']]
  const hosts = named.flatMap((value) => (value === undefined ? [] : String(value).split(',')))
  const standard = [...(headers.forwarded ?? '').matchAll(/(?:^|[;,\s])host\s*=\s*("[^"]*"|[^;,\s]*)/gi)]
  return [...hosts, ...standard.map(([, value = '']) => value.replaceAll('"', ''))]
}

/** A name or address of the loopback, with or without a port (RFC 9110 §7.2). */
function isLocalHost(text: string): boolean {
  const [, name] = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.exec(text.trim()) ?? []
  const hostname = URL.parse(`http://${name}`)?.hostname
  return name !== undefined && hostname !== undefined && isLoopbackHost(hostname)
}
