import { Problem } from '../api/problem.ts'
import { addressOf } from '../site/address.ts'

/**
 * Reads what a development server offers besides its API: the mailbox and the manual.
 *
 * @throws Problem
 */
export async function readOwn(path: string): Promise<string> {
  const response = await fetch(addressOf(path)).catch(() => undefined)
  if (response === undefined) throw new Problem({ status: 0, code: 'offline' })
  const text = await response.text()
  const { ok, status } = response
  if (!ok) throw new Problem({ status, code: status === 404 ? 'not_found' : status >= 500 ? 'unavailable' : 'unknown' })
  return text
}
