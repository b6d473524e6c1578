import { isUtf8 } from 'node:buffer'

/** Turns bytes into text. @throws TypeError for bytes that are not text in this charset */
export type Decode = (bytes: Uint8Array) => string

/**
 * The decoder for the `charset` of a `Content-Type`, named as in Python, because Django reads bodies that way. Without
 * a charset, or with an unknown one, it is UTF-8. Nothing is replaced: two passwords with different bytes must never
 * become the same text.
 */
export function decoderOf(contentType: string | undefined): Decode {
  const charset = charsetOf(contentType ?? '')
  return charset === undefined ? decodeUtf8 : (own.get(charset) ?? known(charset) ?? decodeUtf8)
}

/** The charset parameter, in lower case and with `-` between its parts; undefined if there is none. */
export function charsetOf(contentType: string): string | undefined {
  const [, quoted, plain] = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType) ?? []
  return (quoted ?? plain)?.toLowerCase().replace(/[ _]/g, '-')
}

/** The decoder for UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new TypeError('the bytes are not UTF-8')
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

function decodeLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

function decodeAscii(bytes: Uint8Array): string {
  if (bytes.some((byte) => byte > 0x7f)) throw new TypeError('the bytes are not ASCII')
  return decodeLatin1(bytes)
}

/**
 * UTF-16 and UTF-32 without a byte order in their names: the byte order mark decides; without one it is little endian.
 */
function byMark(label: 'utf-16' | 'utf-32'): Decode {
  return (bytes) => {
    const [first, second, third, fourth] = bytes
    if (label === 'utf-16') {
      if (first === 0xfe && second === 0xff) return standard('utf-16be')(bytes.subarray(2))
      return standard('utf-16le')(first === 0xff && second === 0xfe ? bytes.subarray(2) : bytes)
    }
    if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) return decodeUtf32('big')(bytes.subarray(4))
    const hasMark = first === 0xff && second === 0xfe && third === 0 && fourth === 0
    return decodeUtf32('little')(hasMark ? bytes.subarray(4) : bytes)
  }
}

function decodeUtf32(order: 'big' | 'little'): Decode {
  return (bytes) => {
    if (bytes.length % 4 !== 0) throw new TypeError('the bytes are not UTF-32')
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const codePoints = Array.from({ length: bytes.length / 4 }, (_, index) =>
      view.getUint32(index * 4, order === 'little'),
    )
    if (codePoints.some((point) => point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))) {
      throw new TypeError('the bytes are not UTF-32')
    }
    return codePoints.map((point) => String.fromCodePoint(point)).join('')
  }
}

/** A charset of the Encoding Standard. A byte order mark stays, as Python leaves it there. */
function standard(label: string): Decode {
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true })
  return (bytes) => decoder.decode(bytes)
}

/** Charsets that the Encoding Standard lacks, or gives another meaning. */
const own: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ...['utf-8', 'utf8', 'u8', 'utf', 'cp65001'].map((name) => [name, decodeUtf8] as const),
  ['utf-8-sig', (bytes) => decodeUtf8(hasUtf8Mark(bytes) ? bytes.subarray(3) : bytes)],
  ...['latin-1', 'latin1', 'latin', 'l1', 'iso-8859-1', 'iso8859-1', '8859', 'cp819', 'iso-ir-100'].map(
    (name) => [name, decodeLatin1] as const,
  ),
  ...['ascii', 'us-ascii', '646', 'ansi-x3.4-1968'].map((name) => [name, decodeAscii] as const),
  ...['utf-16', 'u16', 'utf16'].map((name) => [name, byMark('utf-16')] as const),
  ...['utf-16-le', 'utf-16le'].map((name) => [name, standard('utf-16le')] as const),
  ...['utf-16-be', 'utf-16be'].map((name) => [name, standard('utf-16be')] as const),
  ...['utf-32', 'u32', 'utf32'].map((name) => [name, byMark('utf-32')] as const),
  ...['utf-32-le', 'utf-32le'].map((name) => [name, decodeUtf32('little')] as const),
  ...['utf-32-be', 'utf-32be'].map((name) => [name, decodeUtf32('big')] as const),
])

function hasUtf8Mark([first, second, third]: Uint8Array): boolean {
  return first === 0xef && second === 0xbb && third === 0xbf
}

/** What Python calls `cp1251` is `windows-1251` to the Encoding Standard. */
function known(charset: string): Decode | undefined {
  const names = [charset, charset.replace(/^cp-?(125\d|874)$/, 'windows-$1'), charset.replaceAll('-', '_')]
  for (const name of names) {
    try {
      return standard(name)
    } catch {
      // This name does not exist: try the next one.
    }
  }
  return undefined
}
