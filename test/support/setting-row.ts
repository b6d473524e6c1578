import type { Config } from '../../src/config/config.ts'

/** One setting: its default, and another value as it is written and as it is found in the configuration. */
export type SettingRow = {
  name: string
  byDefault: unknown
  /** Another value, as it is written and as it is read. */
  written: string
  read: unknown
  /** Other settings without which it would be a contradiction. */
  beside?: Record<string, string>
  in: (config: Config) => unknown
}

/** A secret that passes, and is not `goodSecret`. */
export const otherSecret = 'q7Bf0Wn4Xe9Kt2Vj6Rm1Ys8Dp3Lc5HgA'
