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
  if (!response.ok) throw new Problem({ status: response.status, code: 'not_found' })
  return text
}
