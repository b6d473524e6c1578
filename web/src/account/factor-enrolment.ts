import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { enrolmentTexts } from '../factors/enrolment-texts.ts'
import type { FactorType } from '../factors/held-factors.ts'
import { createPasskey } from '../factors/passkey.ts'
import { useTexts } from '../texts/texts.tsx'
import type { ProvenChange } from './proven-change.ts'

/** How an owner adds a factor to their account: step by step, one factor at a time. */
export type FactorEnrolment = {
  /** What the owner is adding, while its first code is missing. */
  adding: { factor: FactorType; begun: { secret?: string; uri?: string; sent_to?: string } } | undefined
  /** New recovery codes, until the owner has saved them. */
  codes: readonly string[] | undefined
  begin(factor: FactorType): void
  /** The factor is confirmed. @param recoveryCodes come with the first factor */
  finish(recoveryCodes: readonly string[] | undefined): Promise<void>
  cancel(): void
  /** The owner has saved the recovery codes. */
  saved(): void
}

export function useFactorEnrolment({ run, say }: ProvenChange): FactorEnrolment {
  const texts = useTexts(enrolmentTexts)
  const queries = useQueryClient()
  const [adding, setAdding] = useState<FactorEnrolment['adding']>()
  const [codes, setCodes] = useState<readonly string[]>()

  async function finish(recoveryCodes: readonly string[] | undefined): Promise<void> {
    setAdding(undefined)
    setCodes(recoveryCodes)
    say(texts.added)
    await queries.invalidateQueries({ queryKey: ['me'] })
  }

  return {
    adding,
    codes,
    begin(factor) {
      void run(async () => {
        const begun = await ask('POST /me/factors', { body: { factor } })
        if (factor === 'recovery_code') return setCodes(begun.codes)
        if (factor !== 'passkey') return setAdding({ factor, begun })
        const credential = (await createPasskey(begun.options ?? {})) as never
        const { recovery_codes } = await ask('POST /me/factors/confirm', { body: { factor, credential } })
        await finish(recovery_codes)
      })
    },
    finish,
    cancel: () => setAdding(undefined),
    saved() {
      void run(async () => {
        await ask('POST /me/factors/confirm', { body: { factor: 'recovery_code', saved: true } })
        setCodes(undefined)
        await queries.invalidateQueries({ queryKey: ['me'] })
      })
    },
  }
}
