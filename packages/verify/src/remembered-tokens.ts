import type { VerifiedToken } from './verified-token.ts'

/**
 * The tokens whose signatures were checked lately, so that a token which comes with every request costs one signature
 * check. Only good tokens get in, so strangers cannot fill it. The whole text is the key: no two tokens share an entry.
 * Each set of keys has its own, so that nothing is remembered which a key has signed that is gone.
 */
export type RememberedTokens = {
  find(token: string): VerifiedToken | undefined
  add(token: string, verified: VerifiedToken): void
}

/** @param limit how many are kept; the oldest goes first. 0: none */
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
