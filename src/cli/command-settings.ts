import { type Config, type ConfigSource, loadConfig } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { describeSource, findEnvFile } from '../config/env-file-place.ts'
import { isLoopbackHost } from '../platform/loopback.ts'
import type { Random } from '../platform/random.ts'
import { type Needs, settingsFor } from './needed-settings.ts'

/** Reads the settings of a command. Each method throws ConfigError, unless it says otherwise. */
type CommandSettings = {
  /** From now on, reads settings from this file instead of `.env`. */
  useEnvFile(path: string): void
  /** The settings as a server reads them. */
  load(options: Pick<ConfigSource, 'debugByDefault' | 'missingSecretKey' | 'needs'>): Config
  /**
   * The settings of the servers that a command works beside. Without SECRET_KEY, the server can only be one in development
   * mode, which stores its secret in a file.
   *
   * @param needs which settings must be valid; default: all
   */
  loadBeside(missingSecretKey: 'keep' | 'none', needs?: Needs): Config
  /** What `load` returns, or its faults. */
  attempt(load: () => Config): { value: Config | undefined; faults: readonly string[] }
  /** Names the file that the settings were read from, as a sentence. */
  describeSource(): string
}

type CommandSettingsParts = {
  environment: Readonly<Record<string, string | undefined>>
  /** The folder of the `.env` file; relative paths start here. */
  workingDirectory: string
  random: Random
}

export function createCommandSettings({
  environment,
  workingDirectory,
  random,
}: CommandSettingsParts): CommandSettings {
  /** The file that `--env-file` names. */
  let namedFile: string | undefined

  function load(options: Parameters<CommandSettings['load']>[0]): Config {
    const envFile = namedFile === undefined ? undefined : { path: namedFile }
    return loadConfig({ environment, workingDirectory, random, envFile, ...options })
  }

  function attempt(read: () => Config): ReturnType<CommandSettings['attempt']> {
    try {
      return { value: read(), faults: [] }
    } catch (error) {
      if (error instanceof ConfigError) return { value: undefined, faults: error.faults }
      throw error
    }
  }

  return {
    useEnvFile(path) {
      namedFile = path
    },
    load,
    loadBeside(missingSecretKey, needs) {
      const needed = { needs: needs && settingsFor(needs) }
      const found = attempt(() => load({ missingSecretKey: 'none', ...needed })).value
      // The rest only decides what to do without a secret.
      if (found !== undefined && found.keys.secretKey !== '') return found
      // Development mode needs an address of this machine.
      const isDevelopment = found !== undefined && isLoopbackHost(new URL(found.http.publicUrl).hostname)
      return load({ debugByDefault: isDevelopment, missingSecretKey, ...needed })
    },
    attempt,
    describeSource: () => describeSource(findEnvFile({ environment, workingDirectory, option: namedFile })),
  }
}
