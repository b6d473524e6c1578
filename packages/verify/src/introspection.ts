import type { Claims } from './claims.ts'
import { messageOf, type Server } from './server.ts'
import { checkCompactForm } from './token-shape.ts'
import { VerifyError } from './verify-error.ts'

/** How to check tokens by asking Latchkey. */
export type IntrospectionOptions = {
  /** `NAME:SECRET`, one of Latchkey's SERVICE_CREDENTIALS. */
  credential: string
}

/**
 * Asks Latchkey about a token (RFC 7662). Requests about the same token at the same time share one request; no response
 * is kept.
 *
 * @returns the claims as they are in the token
 * @throws VerifyError `token_not_valid`; `unavailable` if Latchkey does not respond
 */
export type Introspect = (token: string) => Promise<Claims>

export function createIntrospection(server: Server, url: string, { credential }: IntrospectionOptions): Introspect {
  const asking = new Map<string, Promise<Claims>>()

  async function ask(token: string): Promise<Claims> {
    const { active, token_use, ...answer } = await request(token)
    if (active !== true) throw new VerifyError('token_not_valid', { detail: 'Latchkey says that it is not active' })
    // In an introspection response, token_type says how to present a token (RFC 7662 §2.2). Here it is the claim of
    // that name.
    return { ...answer, token_type: token_use }
  }

  async function request(token: string): Promise<Record<string, unknown>> {
    try {
      return { ...Object(await server.ask(url, { credential, form: { token } })) }
    } catch (cause) {
      throw new VerifyError('unavailable', {
        detail: `introspection: ${messageOf(cause)}`,
        retryAfterSeconds: 1,
        cause,
      })
    }
  }

  return (token) => {
    checkCompactForm(token)
    const current = asking.get(token) ?? ask(token).finally(() => asking.delete(token))
    asking.set(token, current)
    return current
  }
}
