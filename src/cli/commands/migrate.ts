import type { Command } from 'commander'
import type { MigrationPlan } from '../../storage/migration-plan.ts'
import type { Context } from '../context.ts'
import { type Answer, answering } from '../terminal/answer.ts'

/** `migrate`: what a server does by itself when it starts. */
export function addMigrate(program: Command, context: Context): void {
  const command = program
    .command('migrate')
    .description('creates the database if it is missing, and applies migrations; a server does this when it starts')
    .option('--plan', 'only print what it would do')
  answering(command, context, async ({ plan }: { plan?: true }) => {
    if (plan) return planned(await context.planMigration())
    const applied = await context.migrate()
    const text = applied.length === 0 ? 'Nothing to do.' : applied.map((name) => `Applied ${name}.`).join('\n')
    return { text: `${text}\n`, json: { applied } }
  })
}

function planned(plan: MigrationPlan): Answer {
  const lines = [
    ...(plan.isNew ? ['There is no database yet. latchkey migrate creates it.'] : []),
    ...plan.planned.map((name) => `Would apply ${name}.`),
  ]
  return { text: `${lines.length === 0 ? 'Nothing to do.' : lines.join('\n')}\n`, json: plan }
}
