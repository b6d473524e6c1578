import { addressOf } from '../site/address.ts'
import { attempt, client, withWords } from './api.ts'
import { Problem } from './problem.ts'

/**
 * Sends a request to the v1 API whose response is JSON lines, and handles each line as it arrives.
 *
 * @param path below `/api/v1`
 * @param signal closes the connection
 * @throws Problem if the server refuses, or the connection breaks
 */
export async function askForLines<Line>(
  path: string,
  body: object,
  take: (line: Line) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await attempt(async () => {
    try {
      return await client.fetch(addressOf(`/api/v1${path}`), {
        method: 'POST',
        headers: { accept: 'application/x-ndjson, application/json', 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal,
      })
    } catch (error) {
      throw error instanceof TypeError ? brokenOff() : error
    }
  })
  if (!response.ok) throw await problemOf(response)
  let rest = ''
  const decoder = new TextDecoder()
  const reader = response.body?.getReader()
  for (;;) {
    const { value, done } = (await reader?.read().catch((error: unknown) => {
      throw signal.aborted ? error : brokenOff()
    })) ?? { done: true, value: undefined }
    if (done) return
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(JSON.parse(line) as Line)
  }
}

function brokenOff(): Problem {
  return new Problem({ status: 0, code: 'offline' })
}

async function problemOf(response: Response): Promise<Problem> {
  const told = (await response.json().catch(() => ({}))) as {
    code?: string
    title?: string
    errors?: Problem['faults']
  }
  const { code = 'unexpected_answer', title, errors } = told
  return withWords(
    new Problem({
      status: response.status,
      code,
      ...(title !== undefined && { title }),
      ...(errors !== undefined && { faults: errors }),
    }),
  )
}
