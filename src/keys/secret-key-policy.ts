/** 256 bits, as HS256 requires (RFC 7518 §3.2). */
const minSecretKeyBytes = 32

/** How to create a strong secret, on every machine that runs this server. */
const cure = "Create one with: node -e \"console.log(require('node:crypto').randomBytes(48).toString('base64url'))\""

/**
 * Parts of the secrets that appear in tutorials, templates and the output of language models; letters and digits only.
 */
const placeholders = [
  'yoursecret',
  'yoursupersecret',
  'your256bitsecret',
  'yourjwtsecret',
  'yourdjangosecret',
  'yourkey',
  'stringsecret',
  'verysecret',
  'verylongsecret',
  'topsecret',
  'mysecret',
  'supersecret',
  'secretkeyhere',
  'notsosecret',
  'notasecret',
  'insecure',
  'changeme',
  'changethis',
  'changeit',
  'pleasechange',
  'replaceme',
  'replacethis',
  'replacewith',
  'placeholder',
  'donotuse',
  // The key of FastAPI's tutorial.
  '09d25e094faa6ca2556c818166b7a956',
]

/**
 * Why a text is not a strong secret, as a sentence that follows the setting's name; undefined if it is one. The
 * sentence never contains the text.
 */
export function findSecretKeyFault(secret: string): string | undefined {
  if (secret === '') return `is not set. It is optional only with DEBUG. ${cure}`
  if (secret.startsWith('django-insecure-')) {
    return `begins with django-insecure-, which Django uses to mark keys that are unfit for production. ${cure}`
  }
  const letters = secret.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  if (placeholders.some((placeholder) => letters.includes(placeholder))) {
    return `is a placeholder that anyone can guess. ${cure}`
  }
  if (/-----BEGIN |"kty"\s*:|^\s*(ssh|ecdsa)-/.test(secret)) {
    return `is a PEM, JWK or SSH key. Public keys are not secret, and Latchkey creates key pairs itself. ${cure}`
  }
  if (Buffer.byteLength(secret) < minSecretKeyBytes) {
    return `has only ${Buffer.byteLength(secret)} bytes and needs at least ${minSecretKeyBytes}. ${cure}`
  }
  if (/\p{Cc}/u.test(secret)) return `contains a line break or control character. ${cure}`
  if (isRepetition(secret)) return `repeats one character or a short text. ${cure}`
  return undefined
}

/** Whether a text repeats a shorter text; the last repetition may be truncated. */
function isRepetition(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period++) {
    if (text.startsWith(text.slice(period))) return true
  }
  return false
}
