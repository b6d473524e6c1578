import { ForeignSystemError } from '../foreign-systems/foreign-system.ts'
import { ForeignDatabaseError } from '../storage/foreign/foreign-database.ts'
import { Refusal } from './refusal.ts'

/** A refusal in place of an error that says what is wrong with the data of another program; any other error as it is. */
export function foreignRefusal(error: unknown): unknown {
  const isExplained = error instanceof ForeignSystemError || error instanceof ForeignDatabaseError
  return isExplained ? new Refusal(error.message) : error
}
