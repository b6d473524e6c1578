import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { answering } from '../terminal/answer.ts'
import { counted } from '../words/counted.ts'

/** `flushexpiredtokens`, for users of SimpleJWT, which needs it. A Latchkey server does this by itself every minute. */
export function addFlushexpiredtokens(program: Command, context: Context): void {
  const command = program
    .command('flushexpiredtokens')
    .description('deletes sessions that expired more than a day ago; the server does this every minute')
  answering(command, context, () =>
    context.administer(
      async ({ pruneExpired }) => {
        const deleted = await pruneExpired()
        return { text: `Deleted ${counted(deleted, 'expired session')}.\n`, json: { deleted } }
      },
      { needs: 'database' },
    ),
  )
}
