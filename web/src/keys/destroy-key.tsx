import { useQueryClient } from '@tanstack/react-query'
import { act } from '../administration/act.ts'
import { notify } from '../administration/notifications.tsx'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { useTexts } from '../texts/texts.tsx'
import { keysTexts } from './keys-texts.ts'

/** Asks before a signing key is destroyed: its tokens are refused from then on. */
export function DestroyKey({ kid, close }: { kid: string; close(): void }) {
  const texts = useTexts(keysTexts)
  const queries = useQueryClient()
  return (
    <ConfirmDialog
      title={texts.retireTitle}
      lead={texts.retireLead(kid)}
      action={texts.retireAction}
      isDangerous
      close={close}
      send={() => act('POST /admin/keys/:kid/retire', { params: { kid } })}
      done={async ({ ended }) => {
        notify(texts.retired(ended))
        await queries.invalidateQueries({ queryKey: ['keys'] })
      }}
    />
  )
}
