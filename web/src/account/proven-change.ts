import { useRef, useState } from 'react'
import { asProblem, type Problem } from '../api/problem.ts'
import { isAbandoned } from '../factors/passkey.ts'
import { whenRecent } from '../session/step-up.ts'

/** Changes of an account that first ask for proof that it is really the owner, and what came of the last one. */
export type ProvenChange = {
  /** Makes a change, and keeps why it failed. Does nothing while another is under way, as after a double click. */
  run(work: () => Promise<void>): Promise<void>
  /** Announces a success. */
  say(message: string): void
  said: string | undefined
  /** `abandoned`: the owner closed the browser's dialog. */
  problem: Problem | 'abandoned' | undefined
}

export function useProvenChange(): ProvenChange {
  const isBusy = useRef(false)
  const [said, setSaid] = useState<string>()
  const [problem, setProblem] = useState<Problem | 'abandoned'>()
  return {
    async run(work) {
      if (isBusy.current) return
      isBusy.current = true
      setProblem(undefined)
      setSaid(undefined)
      try {
        await whenRecent(work)
      } catch (error) {
        setProblem(isAbandoned(error) ? 'abandoned' : asProblem(error))
      } finally {
        isBusy.current = false
      }
    },
    say(message) {
      setProblem(undefined)
      setSaid(message)
    },
    said,
    problem,
  }
}
