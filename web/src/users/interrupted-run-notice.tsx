import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { Notice } from '../look/notice.tsx'
import { useMe } from '../session/session-gate.tsx'
import { useTexts } from '../texts/texts.tsx'
import { BulkDialog } from './bulk-dialog.tsx'
import { bulkTexts } from './bulk-texts.ts'
import { forgetRun, type InterruptedRun, useInterruptedRun } from './interrupted-run.ts'
import classes from './user-layout.module.css'

/** Offers to continue a change of many accounts that stopped early, even after the reader has left the page. */
export function InterruptedRunNotice() {
  const texts = useTexts(bulkTexts)
  const { id: myId } = useMe()
  const interrupted = useInterruptedRun(myId)
  const dialog = useAddressDialog(['continue'])
  const [resumed, setResumed] = useState<InterruptedRun>()
  // It stays the same while the run continues, and after its end, when nothing is interrupted any more.
  if (dialog.shown !== undefined && resumed === undefined && interrupted !== undefined) setResumed(interrupted)
  if (dialog.shown === undefined && resumed !== undefined) setResumed(undefined)
  return (
    <>
      {interrupted && resumed === undefined && (
        <div className={classes.notice}>
          <Notice kind="warning" title={texts.interrupted(texts.names[interrupted.action])}>
            {texts.running(interrupted.progress.done + interrupted.progress.unchanged)}
            <Group gap="xs" mt="xs">
              <Button size="compact-sm" variant="default" onClick={() => dialog.open('continue')}>
                {texts.continue}
              </Button>
              <Button size="compact-sm" variant="subtle" color="gray" onClick={() => forgetRun(myId)}>
                {texts.leaveIt}
              </Button>
            </Group>
          </Notice>
        </div>
      )}
      {resumed && (
        <BulkDialog action={resumed.action} accounts={resumed.accounts} before={resumed} close={dialog.close} />
      )}
    </>
  )
}
