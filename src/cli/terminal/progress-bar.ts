import type { Terminal } from './terminal.ts'

/** Shows the progress of a long command. */
type ProgressBar = {
  /** @param total undefined: unknown */
  show(what: string, done: number, total: number | undefined): void
  /** Removes it, so that the output begins on a line of its own. */
  clear(): void
}

const WIDTH = 30
/** How many steps a log shows where there is no terminal: one line for each tenth. */
const STEPS = 10

/** In a terminal, one line that is overwritten; elsewhere, one line for each tenth. */
export function createProgressBar({
  progress,
  isInteractive,
  tell,
}: Pick<Terminal, 'progress' | 'isInteractive' | 'tell'>): ProgressBar {
  let shown = ''
  return {
    show(what, done, total) {
      const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total)
      const count = `${done.toLocaleString('en-US')}${total === undefined ? '' : ` of ${total.toLocaleString('en-US')}`}`
      if (isInteractive) {
        const filled = Math.round((share ?? 0) * WIDTH)
        const bar = share === undefined ? '' : `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] `
        progress(`${what} ${bar}${count}`)
        return
      }
      const step = share === undefined ? '' : `${what}${Math.floor(share * STEPS)}`
      if (step === shown || (total ?? 0) < 10_000) return
      shown = step
      tell(`${what}: ${count}`)
    },
    clear: () => progress(''),
  }
}
