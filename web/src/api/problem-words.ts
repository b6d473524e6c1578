import { endReasonTexts, isEndReason } from '../session/end-reason-texts.ts'
import { useLanguage, useTexts } from '../texts/texts.tsx'
import type { Problem } from './problem.ts'
import { problemTexts } from './problem-texts.ts'
import { rareProblemWords } from './rare-words.ts'

/** Puts a problem into words in the reader's language: what happened, and what to do. */
export function useProblemWords(): (problem: Problem) => string {
  const texts = useTexts(problemTexts)
  const reasons = useTexts(endReasonTexts)
  const { locale, region } = useLanguage()
  return (problem) => {
    const { code, retryAfterSeconds } = problem
    if (code === 'throttled' && retryAfterSeconds !== undefined) {
      return texts.throttledFor(waitWords(retryAfterSeconds, region))
    }
    if (isEndReason(code)) return reasons[code]
    const known = Object.hasOwn(texts, code) ? texts[code as keyof typeof texts] : undefined
    if (typeof known === 'string') return known
    // Codes that are not ours come from a hook of the deployment, with its own sentence.
    return rareProblemWords(problem, locale) ?? problem.title ?? texts.unknown
  }
}

/** A waiting time in words: seconds up to a minute and a half, then minutes, rounded up. */
function waitWords(seconds: number, region: string): string {
  const [unit, value] = seconds <= 90 ? (['second', seconds] as const) : (['minute', Math.ceil(seconds / 60)] as const)
  return new Intl.NumberFormat(region, { style: 'unit', unit, unitDisplay: 'long' }).format(value)
}
