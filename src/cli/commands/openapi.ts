import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { answering } from '../terminal/answer.ts'
import { printableJson } from '../terminal/printable.ts'

/** `openapi`: the document that a server with these settings serves at `/openapi.json`. Needs no database. */
export function addOpenapi(program: Command, context: Context): void {
  const command = program.command('openapi').description('prints the OpenAPI document of a server with these settings')
  answering(command, context, async () => {
    const json = await context.describeApi()
    return { text: `${printableJson(json)}\n`, json }
  })
}
