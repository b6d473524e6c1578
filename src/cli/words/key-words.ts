import type { KeyRefusal } from '../../flows/keys/manage-keys.ts'

/** Why the keys were not changed, and what to do about it. */
export function keyRefusalWords(refusal: KeyRefusal): string {
  switch (refusal.kind) {
    case 'fixed':
      return (
        'With ALGORITHM=HS256 the key is SECRET_KEY itself. To replace it, move the old value to SECRET_KEY_FALLBACKS, set a ' +
        'new SECRET_KEY, and restart.'
      )
    case 'no_keys':
      return 'There is no signing key. Either no server has started on this database yet, or the server uses ALGORITHM=HS256.'
    case 'other_algorithm':
      return `The server signs with ${refusal.algorithm}, but ALGORITHM is different here. Use the settings of the server.`
    case 'unopened':
      return `These settings cannot open the keys: ${refusal.problem}.`
  }
}
