import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { inTime } from '../platform/deadline.ts'
import { messageOf } from '../platform/is-error.ts'
import type { HookName, Hooks, LatchkeyConfig } from './hooks.ts'
import type { UrlMap } from './urls.ts'

/** Latchkey cannot use the module CONFIG_MODULE; the message says why. */
export class ConfigModuleError extends Error {
  constructor(path: string, sentence: string, cause?: unknown) {
    super(`${path} ${sentence}`, { cause })
    this.name = 'ConfigModuleError'
  }
}

/** How long the module may take to load. If it never finishes, the server must still be able to exit. */
const LOADING_MS = 30_000

const hookNames = Object.keys({
  beforeRegistration: true,
  afterRegistration: true,
  beforeLogin: true,
  afterLogin: true,
  beforeToken: true,
  beforePasswordChange: true,
  addToAnswer: true,
  verifyUnknownPassword: true,
} satisfies Record<HookName, true>)

/**
 * Loads the deployment's own module, which has all rights of the server. It refuses unknown names, so that a misspelled
 * hook is not silently ignored.
 *
 * @param path absolute; undefined: there is none
 * @param loadingMs how long the module may take. Default: 30 seconds
 * @throws ConfigModuleError
 */
export async function loadConfigModule(
  path: string | undefined,
  loadingMs = LOADING_MS,
): Promise<{ hooks: Hooks; urls: GivenUrls }> {
  if (path === undefined) return { hooks: {}, urls: NO_URLS }
  const config = await importDefault(path, loadingMs)
  checkMembers(path, 'its default export', config, ['hooks', 'urls'])
  const { hooks = {}, urls = {} } = config as LatchkeyConfig
  checkHooks(path, hooks)
  return { hooks, urls: givenUrls(path, urls, readFileSync(path, 'utf8')) }
}

/** A map of paths and where it was written. */
export type GivenUrls = {
  map: UrlMap
  /** Returns the place of a path in the source, such as `latchkey.config.ts:12`. */
  placeOf(path: string): string
}

export const NO_URLS: GivenUrls = { map: {}, placeOf: () => 'urls' }

/**
 * Refuses anything that is not a map of paths. It does not know which views exist.
 *
 * @param source the text of the module, to find the lines of paths
 * @throws ConfigModuleError
 */
export function givenUrls(place: string, urls: unknown, source = ''): GivenUrls {
  if (typeof urls !== 'object' || urls === null || Array.isArray(urls)) {
    throw new ConfigModuleError(
      place,
      "has urls that are not an object. Write urls: { 'api/login/': 'token_obtain_pair' }",
    )
  }
  const lines = source.split('\n')
  return {
    map: urls as UrlMap,
    placeOf(path) {
      const line = lines.findIndex((text) =>
        [`'${path}'`, `"${path}"`, `\`${path}\``].some((key) => text.includes(key)),
      )
      return line < 0 ? place : `${place}:${line + 1}`
    },
  }
}

/**
 * Refuses anything that is not a set of hooks.
 *
 * @param place where the hooks come from: the path of a module, or the name of a function
 * @throws ConfigModuleError
 */
export function checkHooks(place: string, hooks: unknown): asserts hooks is Hooks {
  checkMembers(place, 'hooks', hooks, hookNames)
  for (const [name, hook] of Object.entries(hooks as object)) {
    if (hook !== undefined && typeof hook !== 'function')
      throw new ConfigModuleError(place, `has a hook ${name} that is not a function. Write a function, or remove it`)
  }
}

const cure = 'Write export default { hooks: { … } }'

async function importDefault(path: string, loadingMs: number): Promise<unknown> {
  let loaded: { default?: unknown }
  try {
    loaded = await inTime(loadingMs, import(pathToFileURL(path).href))
  } catch (cause) {
    throw new ConfigModuleError(path, `cannot be loaded: ${messageOf(cause)}`, cause)
  }
  if (loaded.default === undefined) throw new ConfigModuleError(path, `has no default export. ${cure}`)
  return loaded.default
}

function checkMembers(path: string, what: string, value: unknown, known: readonly string[]): void {
  if (typeof value !== 'object' || value === null)
    throw new ConfigModuleError(
      path,
      what === 'hooks'
        ? 'has hooks that are not an object. Write hooks: { … }'
        : `has a default export that is not an object. ${cure}`,
    )
  const unknown = Object.keys(value).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new ConfigModuleError(
    path,
    `has "${unknown}" in ${what}, which Latchkey does not know. Known names: ${known.join(', ')}`,
  )
}
