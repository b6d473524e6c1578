import { createMetrics } from '../metrics/metrics.ts'
import { randomSecret } from '../platform/random.ts'
import { limitNames } from '../rate-limits/limits.ts'
import { createHourlyCounts } from '../statistics/hourly-counts.ts'
import { noDatabase } from '../storage/no-database.ts'
import { buildCore } from './build-core.ts'
import { type AppParts, buildKeyRing } from './parts.ts'
import { type BuiltServer, buildServer } from './server.ts'

/**
 * The OpenAPI document of a server with this configuration. Needs no database and no secret, because nothing is signed.
 */
export async function describeApi(parts: AppParts): Promise<object> {
  return (await buildDescribed(parts)).server.openApi()
}

/** A path and the view behind it. */
export type MountedPath = { path: string; view: string; methods: string[] }

/** The classic paths and djoser paths of a server with this configuration. Needs neither a database nor a secret. */
export async function describeUrls(parts: AppParts): Promise<MountedPath[]> {
  const { views } = await buildDescribed(parts)
  const mounted = views.flatMap(({ id, paths, methods }) =>
    paths.map((path) => ({ path: path.replaceAll(/:(\w+)/g, '<$1>'), view: id, methods: Object.keys(methods) })),
  )
  return mounted.toSorted((a, b) => a.path.localeCompare(b.path))
}

/** A server that can only be described, not used. */
async function buildDescribed(parts: AppParts): Promise<BuiltServer> {
  const { config, random } = parts
  const secretKey = config.keys.secretKey || randomSecret(random)
  const described = { ...parts, config: { ...config, keys: { ...config.keys, secretKey } } }
  const core = await buildCore(described, {
    database: noDatabase,
    keyRing: buildKeyRing(described, noDatabase),
    metrics: createMetrics(limitNames),
    counts: createHourlyCounts(described.clock),
  })
  return buildServer(described, core)
}
