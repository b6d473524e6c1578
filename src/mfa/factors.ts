import type { Factor, FactorType } from './factor.ts'

/** Every factor by its name. */
export type Factors = Readonly<Partial<Record<FactorType, Factor>>>

/** Combines the factors. @param list in the order in which they are offered */
export function createFactors(list: readonly Factor[]): Factors {
  return Object.fromEntries(list.map((factor) => [factor.type, factor]))
}
