import { useQueryClient } from '@tanstack/react-query'
import { ask } from '../api/api.ts'
import type { AddressDialog } from '../dialogs/address-dialog.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { enrolmentTexts } from '../factors/enrolment-texts.ts'
import { factorsQuery } from '../factors/held-factors.ts'
import { signalPasskeys } from '../factors/passkey.ts'
import { whenRecent } from '../session/step-up.ts'
import { useTexts } from '../texts/texts.tsx'
import { type Held, useFactorName } from './held-factor.tsx'
import { RenameFactor } from './rename-factor.tsx'

type Props = {
  dialog: AddressDialog<'rename' | 'remove'>
  held: readonly Held[]
  /** Announces a success. */
  say(message: string): void
}

/** The dialogs in which the owner renames or removes a factor. */
export function FactorDialogs({ dialog, held, say }: Props) {
  const texts = useTexts(enrolmentTexts)
  const nameOf = useFactorName()
  const queries = useQueryClient()
  const subject = held.find(({ id }) => id === dialog.subject)
  const isLast = held.filter(({ type }) => type !== 'recovery_code').length <= 1

  async function removed(): Promise<void> {
    say(texts.removed)
    await queries.invalidateQueries({ queryKey: ['me'] })
    const { factors, passkeys } = await queries.fetchQuery({ ...factorsQuery, staleTime: 0 })
    const left = factors.flatMap(({ credential_id }) => credential_id ?? [])
    if (passkeys) await signalPasskeys(passkeys.rp_id, passkeys.user_handle, left)
  }

  if (subject === undefined || dialog.shown === undefined) return null
  if (dialog.shown === 'remove') {
    return (
      <ConfirmDialog
        title={texts.removeTitle(nameOf(subject))}
        lead={isLast ? texts.removeLast : texts.removeLead}
        action={texts.remove}
        isDangerous
        close={dialog.close}
        send={() => whenRecent(() => ask('DELETE /me/factors/:id', { params: { id: subject.id } }))}
        done={removed}
      />
    )
  }
  return (
    <RenameFactor
      factor={subject}
      close={dialog.close}
      done={async () => {
        dialog.close()
        await queries.invalidateQueries({ queryKey: ['me'] })
      }}
    />
  )
}
