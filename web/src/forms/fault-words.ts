import type { FieldFault } from '../api/problem.ts'
import { rareFaultWords } from '../api/rare-words.ts'
import { useLanguage, useTexts } from '../texts/texts.tsx'
import { faultTexts } from './fault-texts.ts'

/** Puts into words what is wrong with a field; undefined if nothing is. */
export function useFaultWords(): (faults: readonly FieldFault[]) => string | undefined {
  const texts = useTexts(faultTexts)
  const { locale } = useLanguage()

  function words({ fault, minimum, attribute, message }: FieldFault): string {
    if (typeof message === 'string') return message
    if (fault === 'too_short') return texts.tooShort(minimum ?? 1)
    if (fault === 'too_similar') {
      const { similarTo } = texts
      return Object.hasOwn(similarTo, attribute ?? '') ? similarTo[attribute as keyof typeof similarTo] : texts.other
    }
    const known = Object.hasOwn(texts, fault) ? texts[fault as keyof typeof texts] : undefined
    return typeof known === 'string' ? known : (rareFaultWords(fault, locale) ?? texts.other)
  }

  return (faults) => (faults.length === 0 ? undefined : faults.map(words).join(' '))
}
