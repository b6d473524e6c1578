import { pathToFileURL } from 'node:url'
import { isError } from '../platform/is-error.ts'
import type { HookName, Hooks, LatchkeyConfig } from './hooks.ts'

/** Latchkey cannot use the module CONFIG_MODULE; the message says why. */
export class ConfigModuleError extends Error {
  constructor(path: string, sentence: string, cause?: unknown) {
    super(`${path} ${sentence}`, { cause })
    this.name = 'ConfigModuleError'
  }
}

const hookNames = Object.keys({
  beforeRegistration: true,
  afterRegistration: true,
  beforeLogin: true,
  afterLogin: true,
  beforeToken: true,
  beforePasswordChange: true,
} satisfies Record<HookName, true>)

/**
 * Loads the deployment's own module, which has all rights of the server. It refuses unknown names, so that a misspelled
 * hook is not silently ignored.
 *
 * @param path absolute; undefined: there is none
 * @throws ConfigModuleError
 */
export async function loadConfigModule(path: string | undefined): Promise<{ hooks: Hooks }> {
  if (path === undefined) return { hooks: {} }
  const config = await importDefault(path)
  checkMembers(path, 'its default export', config, ['hooks'])
  const { hooks = {} } = config as LatchkeyConfig
  checkHooks(path, hooks)
  return { hooks }
}

/**
 * Refuses anything that is not a set of hooks.
 *
 * @param origin where the hooks come from: the path of a module, or the name of a function
 * @throws ConfigModuleError
 */
export function checkHooks(origin: string, hooks: unknown): asserts hooks is Hooks {
  checkMembers(origin, 'hooks', hooks, hookNames)
  for (const [name, hook] of Object.entries(hooks as object)) {
    if (hook !== undefined && typeof hook !== 'function')
      throw new ConfigModuleError(origin, `has something other than a function as ${name}`)
  }
}

async function importDefault(path: string): Promise<unknown> {
  let loaded: { default?: unknown }
  try {
    loaded = await import(pathToFileURL(path).href)
  } catch (cause) {
    throw new ConfigModuleError(path, `cannot be loaded: ${isError(cause) ? cause.message : cause}`, cause)
  }
  if (loaded.default === undefined) throw new ConfigModuleError(path, 'has no default export')
  return loaded.default
}

function checkMembers(path: string, what: string, value: unknown, known: readonly string[]): void {
  if (typeof value !== 'object' || value === null)
    throw new ConfigModuleError(path, `has something other than an object as ${what}`)
  const unknown = Object.keys(value).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new ConfigModuleError(path, `has "${unknown}" in ${what}. Known names: ${known.join(', ')}`)
}
