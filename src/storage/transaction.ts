import type { Transaction } from './prepared.ts'

/**
 * Runs `unit` in a transaction and resolves with its result, after the commit is durable. The unit contains only
 * statements: no hashing, signing, mail or network, because others wait for it. If it throws, nothing of it is stored.
 * A refusal that must leave a trace is therefore returned, and thrown after the commit.
 */
export type InTransaction = <T>(unit: (tx: Transaction) => Promise<T>) => Promise<T>
