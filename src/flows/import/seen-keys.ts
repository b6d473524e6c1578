import type { Random } from '../../platform/random.ts'

/**
 * A set of texts that only remembers 52 bits of each digest, in about 16 bytes per text: a million usernames take 16 MB
 * and no garbage collection. Two of a million different texts count as one with a chance of 1 in 10,000.
 */
type SeenKeys = {
  /** Adds a text. @returns false if it was there already */
  add(text: string): boolean
}

const FIRST_SIZE = 1 << 12

/** @param seed nobody can know it before, so nobody can choose names that count as one */
export function createSeenKeys(seed: number): SeenKeys {
  // Open addressing; 0 marks a free place.
  let places = new Float64Array(FIRST_SIZE)
  let used = 0

  function put(value: number): boolean {
    const mask = places.length - 1
    let place = value % places.length
    while (places[place] !== 0) {
      if (places[place] === value) return false
      place = (place + 1) & mask
    }
    places[place] = value
    return true
  }

  function grow(): void {
    const former = places
    places = new Float64Array(former.length * 2)
    for (const value of former) if (value !== 0) put(value)
  }

  return {
    add(text) {
      if (used * 2 >= places.length) grow()
      const value = digest(text, seed)
      const isNew = put(value)
      if (isNew) used++
      return isNew
    },
  }
}

/** Two multiplicative hashes of 26 bits each (FNV-1a with the multipliers of MurmurHash3), as a number above 0. */
function digest(text: string, seed: number): number {
  let one = 0xdeadbeef ^ seed
  let other = 0x41c6ce57 ^ seed
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    one = Math.imul(one ^ unit, 0x85ebca6b)
    other = Math.imul(other ^ unit, 0xc2b2ae35)
  }
  one = Math.imul(one ^ (one >>> 15), 0x735a2d97) ^ Math.imul(other ^ (other >>> 13), 0xcaf649a9)
  other = Math.imul(other ^ (other >>> 15), 0x735a2d97) ^ Math.imul(one ^ (one >>> 13), 0xcaf649a9)
  return (one >>> 6) * 2 ** 26 + (other >>> 6) + 1
}

/** A seed that nobody outside can know. */
export function randomSeed(random: Random): number {
  return random.bytes(4).readInt32LE(0)
}
