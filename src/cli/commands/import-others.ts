import { type Command, InvalidArgumentError } from 'commander'
import { openAuth0 } from '../../foreign-systems/auth0.ts'
import { openBetterAuth } from '../../foreign-systems/better-auth.ts'
import { type CsvField, csvFields, openCsv } from '../../foreign-systems/csv.ts'
import { openFirebase } from '../../foreign-systems/firebase.ts'
import { openKeycloak } from '../../foreign-systems/keycloak.ts'
import { openSupabase } from '../../foreign-systems/supabase.ts'
import type { Context } from '../context.ts'
import { importing } from '../import-options.ts'

/** `import csv`, and imports from the exports of other authentication servers. */
export function addOtherImports(imports: Command, context: Context): void {
  const csv = imports
    .command('csv')
    .description('imports accounts from a CSV file whose first line names the columns')
    .requiredOption('--from <file>', 'the file')
    .option('--column <field=name...>', 'the column of a field, if it has another name', columnOf, new Map())
    .option('--delimiter <character>', 'what separates columns; tab for a tab', delimiterOf, ',')
  importing(csv, context, 'csv', ({ from, column, delimiter }: CsvOptions) =>
    openCsv({ path: from, columns: column, delimiter }),
  )

  const auth0 = imports
    .command('auth0')
    .description('imports users from the exports of Auth0')
    .requiredOption('--from <file>', 'the export with password hashes, which Auth0 sends on request')
    .option('--users <file>', 'the export of users, for names and for users without a password')
  importing(auth0, context, 'auth0', ({ from, users }: { from: string; users?: string }) =>
    openAuth0({ path: from, users }),
  )

  const betterAuth = imports
    .command('better-auth')
    .description('imports users and passwords from the database of an application with Better Auth')
    .requiredOption('--from <url>', 'sqlite:PATH, a path, or postgres://…; it is only read')
    .option('--schema <name>', 'PostgreSQL: the schema to read')
  importing(betterAuth, context, 'better-auth', ({ from, schema }: { from: string; schema?: string }) =>
    openBetterAuth({ from, schema, now: context.now() }),
  )

  const firebase = imports
    .command('firebase')
    .description('imports users from an export of Firebase Authentication')
    .requiredOption('--from <file>', 'what firebase auth:export wrote, as JSON')
    .option('--hash-config <file>', 'the hash_config of the project, as the Firebase console shows it')
  importing(firebase, context, 'firebase', ({ from, hashConfig }: { from: string; hashConfig?: string }) =>
    openFirebase({ path: from, hashConfig }),
  )

  const keycloak = imports
    .command('keycloak')
    .description('imports users and groups from an export of a realm of Keycloak')
    .requiredOption('--from <path>', 'the file, or the folder, that kc.sh export wrote')
  importing(keycloak, context, 'keycloak', ({ from }: { from: string }) => openKeycloak(from))

  const supabase = imports
    .command('supabase')
    .description('imports users from the table auth.users of Supabase Auth')
    .requiredOption('--from <place>', 'postgres://…, which is only read, or a CSV file of the table with a header')
  importing(supabase, context, 'supabase', ({ from }: { from: string }) => openSupabase(from, context.now()))
}

type CsvOptions = { from: string; column: ReadonlyMap<CsvField, string>; delimiter: string }

function columnOf(text: string, before: ReadonlyMap<CsvField, string>): Map<CsvField, string> {
  const [field, ...name] = text.split('=')
  const known = csvFields.find((one) => one === field)
  if (known === undefined || name.length === 0) {
    throw new InvalidArgumentError(`Write FIELD=NAME. The fields are ${csvFields.join(', ')}.`)
  }
  return new Map([...before, [known, name.join('=')]])
}

function delimiterOf(text: string): string {
  const character = text === 'tab' || text === '\\t' ? '\t' : text
  if ([...character].length === 1 && character !== '"' && character !== '\n') return character
  throw new InvalidArgumentError('Write one character, or tab.')
}
