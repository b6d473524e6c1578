import { type FormEvent, useEffect, useRef, useState } from 'react'
import { asProblem, type FieldFault, type Problem } from '../api/problem.ts'

/** After this long without a response, the form says that it is still waiting, in milliseconds. */
const SLOW_MS = 4_000

/** A form that is sent to the server. */
export type Submission = {
  /** For the form element. */
  submit(event: FormEvent): void
  isSending: boolean
  /** It takes longer than usual. */
  isSlow: boolean
  /** Why it failed the last time. */
  problem: Problem | undefined
  /** What is wrong with a field, until its text is changed. @param field as the API names it, such as `profile/city` */
  faultsOf(field: string): readonly FieldFault[]
  /** The text of a field was changed, so its fault may be gone. */
  changed(field: string): void
  formRef: React.RefObject<HTMLFormElement | null>
}

type Options<Answer> = {
  /** Faults that can be found without the server. Nothing is sent while there are any. */
  check?(): FieldFault[]
  send(): Promise<Answer>
  /** @param pressed the value of the button that sent the form; undefined for the first one */
  done(answer: Answer, pressed: string | undefined): void | Promise<void>
}

/**
 * Sends a form, one request at a time, and keeps the outcome. After a failure, the focus goes to the first field with a
 * fault, or to the notice that says what happened.
 */
export function useSubmission<Answer>({ check, send, done }: Options<Answer>): Submission {
  const [isSending, setIsSending] = useState(false)
  const [isSlow, setIsSlow] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const [faults, setFaults] = useState<readonly FieldFault[]>([])
  const [failures, setFailures] = useState(0)
  const formRef = useRef<HTMLFormElement>(null)
  const isBusy = useRef(false)

  useEffect(() => {
    if (failures === 0) return
    const form = formRef.current
    const target =
      form?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? form?.querySelector<HTMLElement>('[role="alert"]')
    target?.focus()
  }, [failures])

  function fail(found: readonly FieldFault[], why: Problem | undefined): void {
    setFaults(found)
    setProblem(why)
    setFailures((count) => count + 1)
  }

  async function run(pressed: string | undefined): Promise<void> {
    if (isBusy.current) return
    const found = check?.() ?? []
    if (found.length > 0) return fail(found, undefined)
    isBusy.current = true
    setIsSending(true)
    setProblem(undefined)
    const slow = setTimeout(() => setIsSlow(true), SLOW_MS)
    try {
      const answer = await send()
      setFaults([])
      await done(answer, pressed)
    } catch (error) {
      const why = asProblem(error)
      if (why.code === 'page_error') reportError(error)
      fail(why.faults, why)
    } finally {
      clearTimeout(slow)
      isBusy.current = false
      setIsSending(false)
      setIsSlow(false)
    }
  }

  return {
    submit(event) {
      event.preventDefault()
      const button = (event.nativeEvent as SubmitEvent).submitter
      void run(button?.getAttribute('value') ?? undefined)
    },
    isSending,
    isSlow,
    problem,
    faultsOf: (field) => faults.filter((fault) => fault.field === field),
    changed: (field) => setFaults((all) => all.filter((fault) => fault.field !== field)),
    formRef,
  }
}

/** A fault for every required field that is empty. */
export function missing(fields: Readonly<Record<string, string>>): FieldFault[] {
  return Object.entries(fields).flatMap(([field, text]) => (text.trim() === '' ? [{ field, fault: 'required' }] : []))
}
