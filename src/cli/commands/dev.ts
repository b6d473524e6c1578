import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'

/** `dev`: the server in development mode. */
export function addDev(program: Command, context: Context): void {
  program
    .command('dev')
    .description('runs the server in development mode: needs no settings, keeps all its data in data/')
    .action(async () => {
      const isStarted = await context.serve({ debugByDefault: true })
      if (!isStarted) throw new Refusal('The server did not start. Its log says why.')
    })
}
