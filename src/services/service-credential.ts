import { equalInConstantTime, sha256 } from '../platform/digest.ts'

/** How one program proves who it is. Of its secret only the digest is kept: it has 32 characters of chance or more. */
export type ServiceCredential = { name: string; secretDigest: string }

/** The name of the service whose credential was presented, or undefined if it is nobody's. */
export type FindService = (presented: { name: string; secret: string }) => string | undefined

/** Compares with every credential there is, each in constant time, whether the name fits or not. */
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
