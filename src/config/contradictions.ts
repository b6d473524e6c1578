import { type HashCostSettings, maximumHashCosts } from '../passwords/settings.ts'

/** Two settings that are in order each but not together. */
export type Contradiction = { between: readonly [string, string]; sentence: string }

/** Finds them. The sentences begin with a setting's name and say how to put it right. */
export function findContradictions(hash: HashCostSettings): Contradiction[] {
  const found: Contradiction[] = []
  if (hash.memoryKib < 8 * hash.lanes) {
    found.push({
      between: ['HASH_MEMORY_KIB', 'HASH_LANES'],
      // RFC 9106 §3.1.
      sentence: `HASH_MEMORY_KIB: argon2 takes 8 KiB for each of HASH_LANES. Write ${8 * hash.lanes} or more.`,
    })
  }
  const mostPasses = Math.floor(maximumHashCosts.memoryKibTimesPasses / hash.memoryKib)
  if (hash.passes > mostPasses) {
    found.push({
      between: ['HASH_MEMORY_KIB', 'HASH_PASSES'],
      sentence: `HASH_PASSES: no hash is verified that costs so much. Write ${mostPasses} or less with this HASH_MEMORY_KIB.`,
    })
  }
  return found
}
