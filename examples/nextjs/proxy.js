import { NextResponse } from 'next/server'
import { sessionOf } from './lib/latchkey.js'

/** Refreshes the session before a page is rendered, and hands the new token to that same rendering. */
export async function proxy(request) {
  const session = await sessionOf(request)
  const headers = new Headers(request.headers)
  headers.set('cookie', session.cookie())
  const response = NextResponse.next({ request: { headers } })
  for (const cookie of session.setCookies()) response.headers.append('set-cookie', cookie)
  return response
}

export const config = { matcher: ['/', '/notes'] }
