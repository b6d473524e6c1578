import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'

/** `serve`: the server itself, as `npm start` and `node dist/main.js` run it. */
export function addServe(program: Command, context: Context): void {
  program
    .command('serve')
    .description('runs the server until SIGTERM or Ctrl-C')
    .option('--debug', 'turn DEBUG on unless it is set, as npm start does')
    .action(async ({ debug }: { debug?: true }) => {
      const isStarted = await context.serve({ debugByDefault: debug === true })
      if (!isStarted) throw new Refusal('The server did not start. Its log says why.')
    })
}
