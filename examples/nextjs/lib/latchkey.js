import { createRequestSessions } from '@latchkey/client/server'
import { createVerifier } from '@latchkey/verify'

const { LATCHKEY_URL, ORIGIN } = process.env

/** The session of a request, refreshed if its access token is about to expire. */
export const sessionOf = createRequestSessions({ baseUrl: LATCHKEY_URL, publicUrl: `${ORIGIN}/auth` })

/** Says who a request comes from. In production, leave `cookies.name` out. */
export const verifier = createVerifier({
  issuer: `${ORIGIN}/auth`,
  server: LATCHKEY_URL,
  cookies: { allowedOrigins: [ORIGIN], name: 'latchkey-access' },
})
