/** A stored password hash: well formed, with costs inside its format's limits. */
export type StoredHash = {
  /** Format and costs, without salt and digest. Hashes of one kind take the same time to verify. */
  kind: string
  /** Whether the hash was made from this password. Works in the thread pool, however large the costs are. */
  matches(password: string): Promise<boolean>
}

/**
 * Reads one format. Undefined for a malformed hash, or one that would cost too much to verify. Never throws, and does
 * no work yet.
 */
export type HashReader = (encoded: string) => StoredHash | undefined

/**
 * A positive decimal number as Python prints it, at most `maximum`. Other spellings (`+5`, `05`, ` 5`) never match in
 * Django either, because it compares the whole string with the one it would write.
 */
export function readDecimal(text: string | undefined, maximum: number): number | undefined {
  if (text === undefined || !/^[1-9][0-9]{0,9}$/.test(text)) return undefined
  const value = Number(text)
  return value <= maximum ? value : undefined
}

/** The bytes of a canonical base64 text, with or without padding; undefined for any other text. */
export function readBase64(text: string | undefined, padding: 'padded' | 'unpadded'): Buffer | undefined {
  if (text === undefined) return undefined
  const bytes = Buffer.from(text, 'base64')
  const canonical = bytes.toString('base64')
  return text === (padding === 'padded' ? canonical : canonical.replaceAll('=', '')) ? bytes : undefined
}
