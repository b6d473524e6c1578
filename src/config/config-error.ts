/**
 * The server cannot start with these settings. The message contains every fault with its cure, one per line, and no
 * secret.
 */
export class ConfigError extends Error {
  readonly faults: readonly string[]

  /** @param source where the settings come from, as a sentence */
  constructor(faults: readonly string[], source?: string) {
    const lines = ['Fix these settings first:', ...faults.map((fault) => `  ${fault}`)]
    super([...lines, ...(source === undefined ? [] : [source])].join('\n'))
    this.name = 'ConfigError'
    this.faults = faults
  }
}
