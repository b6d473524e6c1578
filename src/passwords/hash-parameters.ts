/** What argon2id spends on one password (RFC 9106 §3.1). */
export type HashParameters = {
  /** Memory in KiB; at least 8 for each lane. */
  memoryKib: number
  /** Passes over the memory. */
  passes: number
  /** Lanes that could be filled side by side; they are part of the result, whatever computes them. */
  lanes: number
}

/** The least that the OWASP Password Storage Cheat Sheet asks of argon2id: 19 MiB, 2 passes, 1 lane. */
export const defaultHashParameters: HashParameters = { memoryKib: 19_456, passes: 2, lanes: 1 }

/**
 * The most that a hash may cost, a new one as well as a stored one: 256 MiB at a time (Django's own hasher takes 100), and
 * 1 GiB of memory times passes, which is about a second of work. An imported hash must not be able to hold up a core or
 * to eat the memory, whoever made it.
 */
export const maximumHashCosts = { memoryKib: 262_144, memoryKibTimesPasses: 1_048_576, lanes: 16 }
