import { useMemo } from 'react'
import { useTexts } from '../texts/texts.tsx'
import { failurePatterns } from './failure-patterns.ts'
import { failureTexts } from './failure-texts.ts'

/** Says why something was not delivered. A mail server's own words stay as they are. */
export function useFailureWords(): (error: string) => string {
  const texts = useTexts(failureTexts)
  return useMemo(
    () => (error) => {
      for (const [name, pattern] of failurePatterns) {
        const match = pattern.exec(error)
        if (match === null) continue
        const text = texts[name]
        return typeof text === 'string' ? text : text(match[1] ?? error)
      }
      return error
    },
    [texts],
  )
}
