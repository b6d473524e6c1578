/**
 * A hash in Django's form. Other systems store the strings of bcrypt (`$2b$…`) and argon2 (`$argon2id$…`) as their
 * libraries return them; Django puts the name of its hasher in front. Every other text stays as it is.
 */
export function djangoForm(hash: string): string {
  if (/^\$2[aby]\$/.test(hash)) return `bcrypt$${hash}`
  return /^\$argon2(id|i|d)\$/.test(hash) ? `argon2${hash}` : hash
}
