import { equalInConstantTime, sha256 } from '../platform/digest.ts'

/** How a program authenticates. Only the digest of its secret is kept; the secret has at least 32 random characters. */
export type ServiceCredential = { name: string; secretDigest: string }

/** Returns the name of the service whose credential was presented, or undefined. */
export type FindService = (presented: { name: string; secret: string }) => string | undefined

/** Compares with every credential, each in constant time, whether or not the name matches. */
export function createFindService(credentials: readonly ServiceCredential[]): FindService {
  const known = credentials.map(({ name, secretDigest }) => ({ name, digest: Buffer.from(secretDigest) }))
  return ({ name, secret }) => {
    const digest = Buffer.from(sha256(secret))
    let found: string | undefined
    for (const credential of known) {
      const isSecret = equalInConstantTime(credential.digest, digest)
      if (isSecret && credential.name === name) found = credential.name
    }
    return found
  }
}
