import type { FieldFault } from '../api/problem.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { useTexts } from '../texts/texts.tsx'
import { codeFaultTexts } from './code-fault-texts.ts'

/** What is wrong with a code. Its words are not among those of all forms, which the sign-in loads. */
export function useCodeFault(): (faults: readonly FieldFault[]) => ReturnType<ReturnType<typeof useFaultWords>> {
  const words = useFaultWords()
  const { wrong } = useTexts(codeFaultTexts)
  return (faults) => (faults.some(({ fault }) => fault === 'wrong_proof') ? wrong : words(faults))
}
