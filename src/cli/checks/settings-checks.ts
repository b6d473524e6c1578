import { isLoopbackHost } from '../../platform/loopback.ts'
import type { Check } from './check.ts'

/** The settings that are looked at, beyond each being in order by itself. */
export type CheckedSettings = {
  debug: boolean
  /** Whether there is a SECRET_KEY; otherwise the one that a development server has kept is used. */
  isSecretKeySet: boolean
  http: { host: string; publicUrl: string; trustedProxies: readonly string[] }
  storage: { databaseUrl: string }
  keys: { secretKey: string }
  accounts: { usernameCaseSensitive: boolean }
  passwords: { allowWeakHashes: boolean; hash: { memoryKib: number; passes: number } }
  rateLimits: { isOn: boolean }
}

/** OWASP's least for argon2id, memory in KiB times passes: 7 MiB and five passes, or as much in another shape. */
const LEAST_HASH_WORK = 7_168 * 5
/** The least bits that a secret may be estimated at: well below what 32 random bytes reach in any notation. */
const LEAST_SECRET_BITS = 80

/** Looks for settings that are in order each, and yet should not be what they are. */
export function settingsChecks(settings: CheckedSettings): Check[] {
  const { debug, http, isSecretKeySet, keys, passwords, rateLimits } = settings
  const isDevelopment = debug || !isSecretKeySet
  const publicSign = signOfPublicity(settings)
  const checks: Check[] = []
  const problem = (subject: string, message: string) => checks.push({ subject, verdict: 'problem', message })
  const advise = (subject: string, message: string) => checks.push({ subject, verdict: 'advice', message })

  if (debug && publicSign !== undefined) {
    problem('DEBUG', `is on, but ${publicSign}. Set DEBUG=false and a SECRET_KEY: development mode is open to all.`)
  }
  if (!debug && !isSecretKeySet && publicSign !== undefined) {
    problem('SECRET_KEY', `is not set, but ${publicSign}. Set it: the one in use is kept by a development server.`)
  }
  if (keys.secretKey !== '' && estimatedBits(keys.secretKey) < LEAST_SECRET_BITS) {
    problem('SECRET_KEY', 'has too few different characters to be random. Make one with: openssl rand -hex 32')
  }
  if (!isDevelopment && http.publicUrl.startsWith('http:')) {
    problem('PUBLIC_URL', `is ${http.publicUrl}, which is plain http. Set it to the https origin that clients use.`)
  }
  if (!isDevelopment && passwords.hash.memoryKib * passwords.hash.passes < LEAST_HASH_WORK) {
    problem('HASH_MEMORY_KIB', 'and HASH_PASSES make a hash cheaper than OWASP allows. Take both settings out.')
  }
  if (http.publicUrl.startsWith('https:') && http.trustedProxies.length === 0) {
    advise('TRUSTED_PROXIES', 'names nobody, so every client has the address of the proxy that speaks TLS. Name it.')
  }
  if (!isDevelopment && !rateLimits.isOn) {
    advise('RATE_LIMITS', 'is off, so passwords can be guessed without a pause. That is for tests.')
  }
  if (passwords.allowWeakHashes) {
    advise('ALLOW_WEAK_HASHES', 'is on. Take it out once everybody with an imported weak hash has logged in.')
  }
  return checks
}

/** What makes a server look as if others than its developer reach it; undefined if nothing does. */
function signOfPublicity({ http, storage }: CheckedSettings): string | undefined {
  const { protocol, hostname } = new URL(http.publicUrl)
  if (protocol === 'https:') return 'PUBLIC_URL is an https origin'
  if (!isLoopbackHost(hostname)) return 'PUBLIC_URL is an address that others reach'
  if (!isLoopbackHost(http.host)) return 'HOST is an address that others reach'
  return isRemoteDatabase(storage.databaseUrl) ? 'the database is on another machine' : undefined
}

/** Without a host it is reached by a socket of this machine. */
function isRemoteDatabase(url: string): boolean {
  if (!url.startsWith('postgres')) return false
  const { hostname } = new URL(url)
  return hostname !== '' && !isLoopbackHost(hostname)
}

/** Shannon's estimate from the characters' own frequencies: low for few different ones, and blind to words. */
function estimatedBits(secret: string): number {
  const counts = new Map<string, number>()
  for (const character of secret) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= count * Math.log2(count / secret.length)
  return bits
}
