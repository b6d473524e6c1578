/**
 * The server cannot start with these settings. The message contains every fault with its cure, one per line, and no
 * secret.
 */
export class ConfigError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(['Fix these settings first:', ...faults.map((fault) => `  ${fault}`)].join('\n'))
    this.name = 'ConfigError'
    this.faults = faults
  }
}
