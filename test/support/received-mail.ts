/** A received email, parsed. */
export type ReceivedMail = {
  /** As it was sent over SMTP. */
  source: string
  /** Header fields by name in lower case; several of one name in their order. */
  headers: Record<string, string[] | undefined>
  subject: string
  text: string
  html: string
  /** The first link in the text, and the token in it. */
  link: string
  token: string
}

/** Parses an email (RFC 5322, RFC 2045 to 2047), as far as ours go: two parts, text and HTML. */
export function readMail(source: string): ReceivedMail {
  const { headers, body } = split(source)
  const boundary = /boundary="?([^";]+)"?/.exec(headers['content-type']?.[0] ?? '')?.[1]
  if (boundary === undefined) throw new Error(`the mail has no parts:\n${source}`)
  const [text = '', html = ''] = body
    // The line break before a boundary belongs to the boundary.
    .split(`\n--${boundary}`)
    .slice(0, -1)
    .map((part) => split(part.replace(`--${boundary}`, '').replace(/^\n/, '')))
    .map((part) => decode(part.body, part.headers['content-transfer-encoding']?.[0] ?? '7bit'))
  const link = /^https?:\S+$/m.exec(text)?.[0] ?? ''
  const token = /[?&]token=([\w-]+)/.exec(link)?.[1] ?? ''
  return { source, headers, subject: decodeWords(headers.subject?.[0] ?? ''), text, html, link, token }
}

function split(source: string): { headers: ReceivedMail['headers']; body: string } {
  const [head = '', ...rest] = source.replaceAll('\r\n', '\n').split('\n\n')
  const headers: ReceivedMail['headers'] = {}
  for (const line of head.replaceAll(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    headers[name] = [...(headers[name] ?? []), line.slice(colon + 1).trim()]
  }
  return { headers, body: rest.join('\n\n') }
}

function decode(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  if (encoding === 'quoted-printable') return quotedPrintable(body.replaceAll('=\n', ''))
  return body
}

function quotedPrintable(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

function decodeWords(text: string): string {
  return text
    .replaceAll(/\?= +=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, encoding: string, word: string) =>
      encoding.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64').toString('utf8')
        : quotedPrintable(word.replaceAll('_', ' ')),
    )
}
