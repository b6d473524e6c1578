import { createVerifier } from '@latchkey/verify'
import { requireToken } from '@latchkey/verify/next'

const verifier = createVerifier({ issuer: process.env.ISSUER, server: process.env.LATCHKEY_URL })

export const GET = requireToken(verifier, async (_request, auth, { params }) => {
  const { id } = await params
  return Response.json({ order: id, account: auth.accountId })
})
