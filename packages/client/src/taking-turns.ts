import type { Grant } from './grant.ts'

/** A tab that sent the token before this one has its response by then, or is very slow. */
const SLOWEST_TAB_MS = 2_000

/**
 * Waits before a refresh that only the application asked for, while other tabs refresh too. One of them may still be
 * sending the token before this one. After one rotation the server returns the same successor to it. After two it would treat
 * it as a replay, and end the session in all tabs.
 */
export async function letOthersFinish({
  grant,
  lastNewsAt,
  now,
}: {
  grant?: Grant | undefined
  lastNewsAt: number
  now: number
}) {
  const ageMs = now - (grant?.receivedAt ?? now - SLOWEST_TAB_MS)
  const isYoung = ageMs >= 0 && ageMs < SLOWEST_TAB_MS
  if (!isYoung || now - lastNewsAt >= SLOWEST_TAB_MS) return
  await new Promise((resolve) => setTimeout(resolve, SLOWEST_TAB_MS - ageMs))
}
