/** What is counted for each hour, and what each name says, for the manual. */
export const statistics = {
  sign_ins: 'Logins that succeeded; each began a session.',
  failed_sign_ins: 'Logins that failed, for any reason.',
  refreshes: 'Requests for new tokens that succeeded.',
  refused_refreshes: 'Requests for new tokens that were refused, replays included.',
  replays: 'Refresh tokens that were presented again after their successor: stolen, or kept by a careless client.',
  new_accounts: 'Accounts that people registered, or that somebody created for them.',
  ended_sessions: 'Sessions that somebody or something ended. Sessions that merely expired are not counted.',
} as const

export type StatisticName = keyof typeof statistics

export const statisticNames = Object.keys(statistics) as StatisticName[]

export const HOUR_MS = 3_600_000

/** How long counts are kept: a little more than a year, to compare with the one before. */
export const KEPT_MS = 400 * 24 * HOUR_MS

/** The start of the hour that contains a moment. */
export function hourOf(moment: number): number {
  return moment - (((moment % HOUR_MS) + HOUR_MS) % HOUR_MS)
}
