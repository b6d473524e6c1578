/** The cost of argon2id for one password (RFC 9106 §3.1). */
export type HashParameters = {
  /** Memory in KiB; at least 8 for each lane. */
  memoryKib: number
  /** Number of passes over the memory. */
  passes: number
  /** Number of lanes that can be computed in parallel. They affect the result, however it is computed. */
  lanes: number
}

/** The minimum of the OWASP Password Storage Cheat Sheet for argon2id: 19 MiB, 2 passes, 1 lane. */
export const defaultHashParameters: HashParameters = { memoryKib: 19_456, passes: 2, lanes: 1 }

/**
 * The highest cost of a hash, new or stored: 256 MiB at a time (Django's own hasher uses 100), and 1 GiB of memory
 * times passes, which is about a second of work. An imported hash must not block a core or exhaust the memory, whoever
 * created it.
 */
export const maximumHashCosts = { memoryKib: 262_144, memoryKibTimesPasses: 1_048_576, lanes: 16 }
