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
        // The file that this is appended to may lack its last line break.
        terminal.write(`\n${envFile.compose()}`)
        return
      }
      const { path, outcome } = envFile.write()
      if (outcome !== 'written') throw new Refusal(refusals[outcome](path))
      terminal.tell(`Wrote ${path}, which only you can read.`)
      if (envFile.isTracked()) {
        terminal.tell("Git does not ignore it yet. Run: printf '.env\\ndata/\\n' >> .gitignore")
      }
      terminal.tell('To try Latchkey on this machine, run: npx latchkey dev')
      terminal.tell('For production, set PUBLIC_URL in it, then run: npx latchkey serve')
    })
}

const refusals = {
  exists: (path: string) =>
    `${path} already exists, and init never overwrites a file. To add the settings to it, run: npx latchkey init --print >> .env`,
  complete: (path: string) =>
    `${path} already exists and sets SECRET_KEY, so you need no other file. To start the server, run: npx latchkey dev`,
  forbidden: (path: string) =>
    `${path} cannot be written. Run init in a folder that you may write to, or see the settings with: npx latchkey init --print`,
}
