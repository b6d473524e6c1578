import { requireToken } from '@latchkey/verify/next'
import { verifier } from '../../lib/latchkey.js'
import { addNote, notesOf } from '../../lib/notes.js'

/** Only requests with a good access token get here: in the cookie of our page, or in the Authorization header. */
export const GET = requireToken(verifier, (_request, auth) => Response.json(notesOf(auth.accountId)))

export const POST = requireToken(verifier, async (request, auth) => {
  addNote(auth.accountId, String((await request.json()).text))
  return Response.json(notesOf(auth.accountId), { status: 201 })
})
