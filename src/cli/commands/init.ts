import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'

/** `init`: the settings file of a new server. */
export function addInit(program: Command, { terminal, envFile }: Context): void {
  program
    .command('init')
    .description('writes a .env with a strong SECRET_KEY and the settings you change first; never overwrites a file')
    .option('--print', 'print the file instead of writing it')
    .action(({ print }: { print?: true }) => {
      if (print === true) {
        terminal.write(envFile.compose())
        return
      }
      const { path, isNew } = envFile.write()
      if (!isNew) {
        throw new Refusal(
          `${path} already exists, and init never overwrites a file. To see what it would write, run: latchkey init --print`,
        )
      }
      terminal.tell(`Wrote ${path}, which only you can read.`)
      terminal.tell('Next: set PUBLIC_URL in it, then run: latchkey serve')
      terminal.tell('To try Latchkey on this machine first, run: latchkey dev')
    })
}
