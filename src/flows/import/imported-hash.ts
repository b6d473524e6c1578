import { storedForm } from '../../passwords/formats/stored-form.ts'

/** Whether a stored text means that there is no usable password: Django's `!…`, or nothing. */
export function isUnusable(hash: string): boolean {
  return hash === '' || hash.startsWith('!')
}

/** The algorithm of a hash, as its format names it. Never reveals anything of an unknown text. */
export function algorithmOf(given: string): string {
  const hash = storedForm(given)
  if (isUnusable(hash)) return 'unusable'
  const name = /^[a-z][a-z0-9_-]{0,39}(?=\$)/i.exec(hash)?.[0]
  if (name !== undefined) return name
  return /^[0-9a-f]{32}$/.test(hash) ? 'unsalted_md5' : 'an unknown format'
}
