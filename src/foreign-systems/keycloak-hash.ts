import { isJsonObject, type JsonObject } from '../platform/json.ts'
import { textIn } from './export-file.ts'
import { ForeignSystemError } from './foreign-system.ts'

/**
 * The password hash among the credentials of a Keycloak user, in the usual text form. Undefined if there is none.
 * Keycloak stores PBKDF2 (the default until version 24) and argon2, each with random salt bytes in base64.
 *
 * @param place for messages
 * @throws ForeignSystemError if the credential does not have Keycloak's form
 */
export function keycloakHash(credentials: unknown, place: string): string | undefined {
  const list = Array.isArray(credentials) ? credentials.filter(isJsonObject) : []
  const password = list.find(({ type }) => type === 'password')
  if (password === undefined) return undefined
  const how = jsonIn(password, 'credentialData', place)
  const secret = jsonIn(password, 'secretData', place)
  // Before version 8, these facts were members of the credential itself.
  const algorithm = textIn(how, 'algorithm') ?? textIn(password, 'algorithm') ?? ''
  const iterations = how.hashIterations ?? password.hashIterations
  const [salt, value] = [
    textIn(secret, 'salt') ?? textIn(password, 'salt'),
    textIn(secret, 'value') ?? textIn(password, 'hashedSaltedValue'),
  ]
  if (value === undefined) throw new ForeignSystemError(`${place}: the credential of type password has no value.`)
  // Extensions for bcrypt store its complete text form.
  if (/^\$2[aby]\$/.test(value)) return value
  if (/^pbkdf2(-sha256|-sha512)?$/.test(algorithm)) {
    return `${algorithm}$${iterations}$${unpadded(salt)}$${unpadded(value)}`
  }
  if (algorithm !== 'argon2') return `${algorithm || 'unknown'}$${unpadded(salt)}$${unpadded(value)}`
  const parameter = (name: string) => parameterIn(how.additionalParameters, name)
  const version = parameter('version') === '1.0' ? 16 : 19
  const costs = `m=${parameter('memory')},t=${iterations},p=${parameter('parallelism')}`
  return `argon2$argon2${parameter('type') ?? 'id'}$v=${version}$${costs}$${unpadded(salt)}$${unpadded(value)}`
}

function jsonIn(credential: JsonObject, name: string, place: string): JsonObject {
  const text = textIn(credential, name)
  if (text === undefined) return {}
  try {
    const value: unknown = JSON.parse(text)
    if (isJsonObject(value)) return value
  } catch {
    // Reported below without the text, because it contains a hash.
  }
  throw new ForeignSystemError(`${place}: ${name} of the password is not a JSON object.`)
}

/** Each parameter is a list with one value. */
function parameterIn(parameters: unknown, name: string): string | undefined {
  const values = isJsonObject(parameters) ? parameters[name] : undefined
  return Array.isArray(values) ? String(values[0]) : undefined
}

function unpadded(base64: string | undefined): string {
  return (base64 ?? '').replaceAll('=', '')
}
