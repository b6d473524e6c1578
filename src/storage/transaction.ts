import type { Queryable } from './prepared.ts'

/**
 * Runs `unit` in a transaction and answers with what it returned, after the commit has become durable. The unit contains
 * statements only: no hashing, signing, mail or network, for others wait for it. If it throws, nothing of it is kept; a
 * refusal that must leave a trace is therefore returned and thrown after the commit.
 */
export type InTransaction = <T>(unit: (tx: Queryable) => Promise<T>) => Promise<T>
