import type { Decode } from './charset.ts'

/**
 * The fields of an `application/x-www-form-urlencoded` body, in order (WHATWG URL §5.1). Unlike `URLSearchParams`, it
 * replaces nothing: bytes that are not text in the charset are refused.
 *
 * @throws TypeError for bytes that are not text in the charset, percent-encoded or not
 */
export function parseForm(bytes: Buffer, decode: Decode): [name: string, value: string][] {
  const fields: [string, string][] = []
  for (let start = 0; start < bytes.length; ) {
    const next = bytes.indexOf(0x26 /* & */, start)
    const end = next === -1 ? bytes.length : next
    if (end > start) fields.push(readField(bytes.subarray(start, end), decode))
    start = end + 1
  }
  return fields
}

function readField(bytes: Buffer, decode: Decode): [name: string, value: string] {
  const equals = bytes.indexOf(0x3d /* = */)
  const nameEnd = equals === -1 ? bytes.length : equals
  return [decode(unescaped(bytes.subarray(0, nameEnd))), decode(unescaped(bytes.subarray(nameEnd + 1)))]
}

/** The bytes that percent-encoding and `+` stand for; `%` without two hex digits stays as it is. */
function unescaped(bytes: Buffer): Uint8Array {
  const plain = new Uint8Array(bytes.length)
  let length = 0
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number
    const escaped = byte === 0x25 ? hexByte(bytes[index + 1], bytes[index + 2]) : undefined
    if (escaped !== undefined) index += 2
    plain[length++] = escaped ?? (byte === 0x2b ? 0x20 : byte)
  }
  return plain.subarray(0, length)
}

function hexByte(high: number | undefined, low: number | undefined): number | undefined {
  const [first, second] = [hexDigit(high), hexDigit(low)]
  return first === undefined || second === undefined ? undefined : first * 16 + second
}

function hexDigit(byte: number | undefined): number | undefined {
  if (byte === undefined) return undefined
  const digit = Number.parseInt(String.fromCharCode(byte), 16)
  return Number.isNaN(digit) ? undefined : digit
}
