import type { Transaction } from './prepared.ts'

/**
 * Runs `unit` in a transaction and resolves with its result after the commit is durable. The unit contains only
 * statements: no hashing, signing, mail or network, because others wait for it. If it throws, nothing of it is stored.
 * So a unit returns a refusal that must leave a trace, and the caller throws it after the commit.
 */
export type InTransaction = <T>(unit: (tx: Transaction) => Promise<T>) => Promise<T>
