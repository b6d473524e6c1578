import { describeApi } from '../../src/app/described-server.ts'
import { loadConfig } from '../../src/config/config.ts'
import { withoutNames } from '../../src/http/openapi/names.ts'
import { createLog } from '../../src/platform/log.ts'
import { systemRandom } from '../../src/platform/random.ts'

/** The OpenAPI document of a server with everything on, as JSON, with each schema where it is used. */
export async function fullContract(): Promise<string> {
  const config = loadConfig({
    environment: { SAMPLE_RESOURCES: 'true', METRICS_TOKEN: 'a-token-for-tests-only-0123456789abcdef' },
    workingDirectory: '/nonexistent',
    random: systemRandom,
    missingSecretKey: 'none',
  })
  const log = createLog('silent', () => {})
  return JSON.stringify(withoutNames(await describeApi({ config, clock: { now: () => 0 }, random: systemRandom, log })))
}
