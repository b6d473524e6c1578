import type { Config } from '../../../src/config/config.ts'

/** One setting: its default, and another value in its written and its parsed form. */
export type SettingRow = {
  name: string
  byDefault: unknown
  /** Another value, as written and as parsed. */
  written: string
  read: unknown
  /** Other settings that it needs so as not to contradict them. */
  beside?: Record<string, string>
  in: (config: Config) => unknown
}

/** A secret that is valid and differs from `goodSecret`. */
export const otherSecret = 'q7Bf0Wn4Xe9Kt2Vj6Rm1Ys8Dp3Lc5HgA'
