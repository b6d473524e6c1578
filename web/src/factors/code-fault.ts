import { type FieldFault, Problem } from '../api/problem.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { useTexts } from '../texts/texts.tsx'
import { codeFaultTexts } from './code-fault-texts.ts'

const WRONG = 'wrong_proof'

/** What is wrong with a code. Its text is not among those of all forms, because the sign-in page loads all of those. */
export function useCodeFault(): (faults: readonly FieldFault[]) => ReturnType<ReturnType<typeof useFaultWords>> {
  const words = useFaultWords()
  const { wrong } = useTexts(codeFaultTexts)
  return (faults) => (faults.some(({ fault }) => fault === WRONG) ? wrong : words(faults))
}

/** For a failed login: a wrong code becomes a fault of its field, so that the form shows it there. @throws Problem */
export function blameCode(error: unknown): never {
  const isWrong = error instanceof Problem && error.code === 'second_factor_not_valid'
  throw isWrong
    ? new Problem({ status: 401, code: 'invalid_fields', faults: [{ field: 'code', fault: WRONG }] })
    : error
}
