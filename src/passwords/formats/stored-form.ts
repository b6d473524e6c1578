/**
 * The form in which Latchkey stores a hash: the name of its format comes first, as in Django. Libraries and other systems
 * write their strings without that name (`$2b$…`, `$argon2id$…`, `$pbkdf2-sha512$…`, Better Auth's `SALT:KEY`). Every other
 * text stays as it is.
 */
export function storedForm(hash: string): string {
  if (/^\$2[aby]\$/.test(hash)) return `bcrypt$${hash}`
  if (/^\$argon2(id|i|d)\$/.test(hash)) return `argon2${hash}`
  if (/^\$(pbkdf2(-sha1|-sha256|-sha512)?|fbscrypt)\$/.test(hash)) return hash.slice(1)
  return /^[0-9a-f]{32}:[0-9a-f]{128}$/.test(hash) ? `better-auth$${hash}` : hash
}
