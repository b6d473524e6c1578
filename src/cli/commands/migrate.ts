import type { Command } from 'commander'
import { answering } from '../answer.ts'
import type { Context } from '../context.ts'

/** `migrate`: what a server does by itself when it starts. */
export function addMigrate(program: Command, context: Context): void {
  const command = program
    .command('migrate')
    .description('creates the database if it is missing, and applies migrations; a server does this when it starts')
  answering(command, context, async () => {
    const applied = await context.migrate()
    const text = applied.length === 0 ? 'Nothing to do.' : applied.map((name) => `Applied ${name}.`).join('\n')
    return { text: `${text}\n`, json: { applied } }
  })
}
