import { Button, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { Dialog } from '../dialogs/dialog.tsx'
import { dialogTexts } from '../dialogs/dialog-texts.ts'
import { factorsQuery } from '../factors/held-factors.ts'
import { Failed, Loading } from '../layout/states.tsx'
import { useTexts } from '../texts/texts.tsx'
import { useAwaitedLogin } from './step-up.ts'
import { stepUpTexts } from './step-up-texts.ts'

// Loaded only when needed: most visits need no proof.
const StepUpProof = lazy(async () => ({ default: (await import('../factors/step-up-proof.tsx')).StepUpProof }))

/**
 * Asks somebody to prove their identity before something that a stolen session must not do: with the second factor of the
 * account, or with the password if it has none. The page stays as it is.
 */
export function StepUpDialog() {
  const awaited = useAwaitedLogin()
  return awaited && <Proof {...awaited} />
}

function Proof({ proven, cancelled }: { proven(): void; cancelled(): void }) {
  const texts = useTexts(stepUpTexts)
  const shared = useTexts(dialogTexts)
  const listed = useQuery(factorsQuery)
  return (
    <Dialog title={texts.title} close={cancelled} size="sm" zIndex={400}>
      <Stack gap="lg">
        <Text c="dimmed">{texts.lead}</Text>
        {listed.isPending && <Loading lines={4} />}
        {listed.isError && <Failed error={listed.error} retry={() => void listed.refetch()} />}
        {listed.data && (
          <Suspense fallback={<Loading lines={4} />}>
            <StepUpProof held={listed.data.factors.map(({ type }) => type)} proven={proven} />
          </Suspense>
        )}
        <Button variant="subtle" color="gray" onClick={cancelled}>
          {shared.cancel}
        </Button>
      </Stack>
    </Dialog>
  )
}
