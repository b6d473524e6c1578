/** How the verifier reaches Latchkey. */
export type Server = {
  /** Reads a URL. @throws ServerFault if the status is not 200, or if the response does not come in time */
  get(url: string): Promise<{ text: string; headers: Headers }>
  /** Reads a URL of the service API. @throws ServerFault as for `get`, and if the response is not JSON */
  ask(url: string, request: ServiceRequest): Promise<unknown>
}

type ServiceRequest = {
  /** `NAME:SECRET`, one of Latchkey's SERVICE_CREDENTIALS. */
  credential: string
  /** Makes it a POST request with a form. */
  form?: Record<string, string>
  timeoutMs?: number
  /** Aborts the request. */
  signal?: AbortSignal
}

/** Why the server gave no useful response. */
export class ServerFault extends Error {
  override readonly name = 'ServerFault'
  /** The status of the response. Undefined if there was none, or if it was 200. */
  readonly status: number | undefined
  /** Whether another attempt may succeed. If not, an option is wrong, here or in Latchkey. */
  readonly isPassing: boolean

  constructor(message: string, { status, isPassing, cause }: { status?: number; isPassing: boolean; cause?: unknown }) {
    super(message, { cause })
    this.status = status
    this.isPassing = isPassing
  }
}

/** What an error says, for the log. A refusal has it in its detail. */
export function messageOf(error: unknown): string {
  const { detail, message } = Object(error) as { detail?: string; message?: string }
  return detail ?? message ?? String(error)
}

const TIMEOUT_MS = 5_000
/** No response from Latchkey is longer. Another page in its place could fill the memory. */
const LONGEST_ANSWER_BYTES = 8 * 1_048_576

/**
 * Does not follow redirects: correct the options if the URL has moved, because credentials must not travel to another
 * host.
 *
 * @param fetchImplementation the global `fetch`, or one with its own proxy or certificates
 */
export function createServer(fetchImplementation: typeof fetch): Server {
  async function send(url: string, init: RequestInit): Promise<{ text: string; headers: Headers }> {
    const path = new URL(url).pathname
    try {
      const response = await fetchImplementation(url, { redirect: 'manual', cache: 'no-store', ...init })
      const text = await readText(response, path)
      if (response.status !== 200) throw faultOf(response.status, path)
      return { text, headers: response.headers }
    } catch (cause) {
      if (cause instanceof ServerFault) throw cause
      throw new ServerFault(`${path} did not answer: ${reasonOf(cause)}`, { isPassing: true, cause })
    }
  }

  return {
    get: (url) => send(url, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(TIMEOUT_MS) }),
    async ask(url, { credential, form, timeoutMs = TIMEOUT_MS, signal }) {
      const timeout = AbortSignal.timeout(timeoutMs)
      const { text } = await send(url, {
        headers: { accept: 'application/json', authorization: `Basic ${base64(credential)}` },
        ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      })
      try {
        return JSON.parse(text)
      } catch (cause) {
        throw new ServerFault(`${new URL(url).pathname} did not answer with JSON`, { isPassing: false, cause })
      }
    },
  }
}

/** @throws ServerFault if the response is too long */
async function readText(response: Response, path: string): Promise<string> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  const reader = response.body.getReader()
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    if (size > LONGEST_ANSWER_BYTES) {
      void reader.cancel().catch(() => {})
      throw new ServerFault(`${path} answered with more than ${LONGEST_ANSWER_BYTES} bytes`, { isPassing: false })
    }
    text += decoder.decode(value, { stream: true })
  }
}

function faultOf(status: number, path: string): ServerFault {
  const hint = status === 401 ? '. Compare the credential with SERVICE_CREDENTIALS of Latchkey' : ''
  const isPassing = status >= 500 || status === 408 || status === 429
  return new ServerFault(`${path} answered with status ${status}${hint}`, { status, isPassing })
}

/** "fetch failed" says little. The cause says what failed. */
function reasonOf(error: unknown): string {
  const { cause, message } = Object(error) as Partial<Error>
  return String(Object(cause).message || message || error)
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
