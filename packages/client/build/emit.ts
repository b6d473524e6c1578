import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeApi } from '../../../src/app/described-server.ts'
import { loadConfig } from '../../../src/config/config.ts'
import { errorCodes } from '../../../src/errors.ts'
import { withoutNames } from '../../../src/http/openapi/names.ts'
import { createLog } from '../../../src/platform/log.ts'
import { systemRandom } from '../../../src/platform/random.ts'
import { sessionEndReasons } from '../../../src/sessions/session.ts'
import { type ApiDescription, routesText } from './routes-text.ts'

/**
 * Writes what the client knows about the server, from the server's own sources: the types of every v1 route, the error
 * codes and the end reasons. `npm run build` and `npm run types` run it first, so the types are those of this tree.
 */
const folder = join(import.meta.dirname, '../src/generated')
const note = '// Written by build/emit.ts from the sources of the server. Do not edit.\n'

const config = loadConfig({
  // Includes the routes of the sample posts: the pages use them if the server has them.
  environment: { SAMPLE_RESOURCES: 'true' },
  workingDirectory: '/nonexistent',
  random: systemRandom,
  missingSecretKey: 'none',
})
const log = createLog('silent', () => {})
const description = await describeApi({ config, clock: { now: () => 0 }, random: systemRandom, log })

mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'routes.ts'), `${note}\n${routesText(withoutNames(description) as ApiDescription)}`)
writeFileSync(
  join(folder, 'codes.ts'),
  `${note}
/** Every code with which the server refuses a request: docs/error-codes.md. */
export const errorCodes = ${listText(errorCodes)} as const

/** Every reason for which a session ends: docs/error-codes.md. */
export const sessionEndReasons = ${listText(sessionEndReasons)} as const
`,
)

function listText(names: readonly string[]): string {
  return `[\n${names.map((name) => `  '${name}',\n`).join('')}]`
}
