/** How the verifier reaches Latchkey. */
export type Server = {
  /** Reads an address. @throws Error if the answer is not 200, or does not come in time */
  get(url: string): Promise<{ text: string; headers: Headers }>
  /** Reads an address of the service API. @throws ServerRefusal for any status but 200; Error if no answer comes in time */
  ask(url: string, request: ServiceRequest): Promise<unknown>
}

type ServiceRequest = {
  /** `NAME:SECRET`, one of Latchkey's SERVICE_CREDENTIALS. */
  credential: string
  /** Makes it a POST request with a form. */
  form?: Record<string, string>
  timeoutMs?: number
  /** Ends the request early. */
  signal?: AbortSignal
}

/** An answer with another status than 200. */
export class ServerRefusal extends Error {
  override readonly name = 'ServerRefusal'
  readonly status: number

  constructor(status: number, url: string) {
    const hint = status === 401 ? '. Compare the credential with SERVICE_CREDENTIALS of Latchkey' : ''
    super(`${new URL(url).pathname} answered with status ${status}${hint}`)
    this.status = status
  }

  /** Whether asking again would lead to the same answer. */
  isDefinite(): boolean {
    return this.status >= 300 && this.status < 500 && this.status !== 408 && this.status !== 429
  }
}

const TIMEOUT_MS = 5_000

/**
 * Redirects are not followed: an address that moves should be corrected in the options, and credentials must not travel
 * to another host.
 *
 * @param fetchImplementation the global `fetch`, or one with its own proxy or certificates
 */
export function createServer(fetchImplementation: typeof fetch): Server {
  async function send(url: string, init: RequestInit): Promise<{ text: string; headers: Headers }> {
    const response = await fetchImplementation(url, { redirect: 'manual', cache: 'no-store', ...init })
    const text = await response.text()
    if (response.status !== 200) throw new ServerRefusal(response.status, url)
    return { text, headers: response.headers }
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
      return JSON.parse(text)
    },
  }
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
