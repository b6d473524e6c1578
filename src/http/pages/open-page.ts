import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import { isLocalRequest } from '../client/local-request.ts'
import type { SessionCookies } from '../credentials/session-cookies.ts'
import type { BuiltPages } from './built-pages.ts'
import { createSendDocument, sendUnbuilt } from './page-document.ts'
import { createFindPreloads, NO_PRELOADS } from './page-preloads.ts'
import { type LinkHint, presentSite, type SessionHint, type SiteFacts } from './site.ts'

/**
 * Sends the document of the page that a request asks for. Default status: 200
 *
 * @param link what the mailed link that opened the page says
 */
export type OpenPage = (request: FastifyRequest, reply: FastifyReply, status?: number, link?: LinkHint) => FastifyReply

type OpenPageParts = {
  /** Undefined: nobody has run `npm run build`. */
  built: BuiltPages | undefined
  facts: SiteFacts
  cookies: Pick<SessionCookies, 'readAccess' | 'readRefresh'>
  random: Random
  clock: Clock
}

export function createOpenPage({ built, facts, cookies, random, clock }: OpenPageParts): OpenPage {
  if (built === undefined) return (_request, reply) => sendUnbuilt(reply)
  const sendTo = (site: SiteFacts) => createSendDocument(built.template, presentSite(site), random)
  const sendToDevelopers = sendTo(facts)
  const sendToOthers = sendTo({ ...facts, isDevelopment: false, hasMailbox: false })
  const hasOtherWays = facts.hasPasskeys || (facts.hasLoginByMail && facts.sendsMail)
  const findPreloads = createFindPreloads(built.manifest, hasOtherWays)
  return (request, reply, status = 200, link) => {
    const send = facts.isDevelopment && isLocalRequest(request) ? sendToDevelopers : sendToOthers
    const [path = ''] = request.url.split('?')
    const preloads = status === 200 ? findPreloads(path) : NO_PRELOADS
    return send(reply, status, { session: sessionHint(request, cookies), now: clock.now(), link }, preloads)
  }
}

/**
 * What the cookies of the request say. Browsers withhold them if a link on another site leads here (`SameSite=Strict`).
 */
export function sessionHint(request: FastifyRequest, cookies: OpenPageParts['cookies']): SessionHint {
  try {
    if (cookies.readAccess(request) !== undefined) return 'present'
    if (cookies.readRefresh(request) !== undefined) return 'refreshable'
  } catch {
    return 'unknown'
  }
  return request.headers['sec-fetch-site'] === 'cross-site' ? 'unknown' : 'none'
}
