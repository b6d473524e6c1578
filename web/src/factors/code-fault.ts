import type { FieldFault } from '../api/problem.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { catalogue } from '../texts/catalogue.ts'
import { useTexts } from '../texts/texts.tsx'

const codeTexts = catalogue(
  { wrong: 'This code is not right, or was used before.' },
  { de: { wrong: 'Dieser Code stimmt nicht oder wurde schon benutzt.' } },
)

/** What is wrong with a code. Its words are not among those of all forms, which the sign-in loads. */
export function useCodeFault(): (faults: readonly FieldFault[]) => ReturnType<ReturnType<typeof useFaultWords>> {
  const words = useFaultWords()
  const { wrong } = useTexts(codeTexts)
  return (faults) => (faults.some(({ fault }) => fault === 'wrong_proof') ? wrong : words(faults))
}
