import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'

/** `serve`: the server itself, as `npm start` and `node dist/main.js` run it. */
export function addServe(program: Command, context: Context): void {
  program
    .command('serve')
    .description('runs the server until it is asked to stop (SIGTERM, Ctrl-C)')
    .option('--debug', 'DEBUG is on unless it is set, as with npm start')
    .action(async ({ debug }: { debug?: true }) => {
      const isStarted = await context.serve({ debugByDefault: debug === true })
      if (!isStarted) throw new Refusal('The server could not start; its log says why.')
    })
}
