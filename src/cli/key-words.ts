import type { KeyRefusal } from '../flows/keys/manage-keys.ts'

/** Why nothing is done to the keys, and what to do about that. */
export function keyRefusalWords(refusal: KeyRefusal): string {
  switch (refusal.kind) {
    case 'fixed':
      return (
        'With ALGORITHM=HS256 the key is SECRET_KEY itself. To replace it, put the old one into SECRET_KEY_FALLBACKS, the ' +
        'new one into SECRET_KEY, and restart.'
      )
    case 'no_keys':
      return 'There is no key that signs: no server has started on this database yet, or it has ALGORITHM=HS256.'
    case 'other_algorithm':
      return `The server signs with ${refusal.algorithm}, which is not the ALGORITHM here. Use the settings of the server.`
    case 'unopened':
      return `The keys cannot be used with these settings: ${refusal.problem}.`
  }
}
