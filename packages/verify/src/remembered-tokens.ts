import type { VerifiedToken } from './verified-token.ts'

/**
 * The tokens whose signatures were verified recently, so that a token that comes with every request costs one signature
 * check. Only valid tokens get in, so strangers cannot fill it. The whole text is the key, so no two tokens share an
 * entry. Each set of keys has its own memory, so nothing is remembered that a removed key has signed.
 */
export type RememberedTokens = {
  find(token: string): VerifiedToken | undefined
  add(token: string, verified: VerifiedToken): void
}

/** @param limit how many to keep; the oldest goes first. 0: none */
export function createRememberedTokens(limit: number): RememberedTokens {
  const tokens = new Map<string, VerifiedToken>()
  return {
    find: (token) => tokens.get(token),
    add(token, verified) {
      if (limit === 0) return
      const oldest = tokens.keys().next().value
      if (tokens.size >= limit && oldest !== undefined) tokens.delete(oldest)
      tokens.set(token, verified)
    },
  }
}
