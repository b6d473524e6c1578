import type { ClientConfig } from 'pg'
import { messageOf } from '../../platform/is-error.ts'
import { databaseCure } from '../database-cure.ts'
import { postgresConnection } from '../postgres/connection.ts'
import { PostgresUrlError } from '../postgres/url.ts'
import { ForeignDatabaseError } from './foreign-database.ts'

/** The command's option that names the other database. */
type Option = '--from' | '--to'

/** How to connect to the PostgreSQL of another program: see `postgresConnection`. @throws ForeignDatabaseError */
export function foreignConnection(url: string, option: Option): ClientConfig {
  try {
    return postgresConnection(url)
  } catch (error) {
    if (error instanceof PostgresUrlError)
      throw new ForeignDatabaseError(`The URL in ${option} ${error.message}.`, error)
    throw error
  }
}

/** Why the PostgreSQL of another program cannot be used, and what to do. */
export function foreignFault(error: unknown, option: Option): string {
  const found = databaseCure(error, 'postgres')
  const cure = found ? ` ${found.cure.replaceAll('DATABASE_URL', option)}` : ''
  return `The database that ${option} names does not respond: ${messageOf(error)}.${cure}`
}
