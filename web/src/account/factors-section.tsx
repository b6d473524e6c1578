import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { ask } from '../api/api.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { enrolmentTexts } from '../factors/enrolment-texts.ts'
import { type FactorType, factorsQuery } from '../factors/held-factors.ts'
import { worksHere } from '../factors/passkey.ts'
import { RecoveryCodes } from '../factors/recovery-codes.tsx'
import { Failed, Loading } from '../layout/states.tsx'
import { Items } from '../look/items.tsx'
import { Notice, Said } from '../look/notice.tsx'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { FactorDialogs } from './factor-dialogs.tsx'
import { useFactorEnrolment } from './factor-enrolment.ts'
import { HeldFactor } from './held-factor.tsx'
import { useProvenChange } from './proven-change.ts'
import { Section } from './section.tsx'
import { TrustedDevices } from './trusted-devices.tsx'

// The QR code is needed only while somebody adds an app.
const ConfirmCode = lazy(async () => ({ default: (await import('./confirm-factor.tsx')).ConfirmFactor }))

const offered: readonly FactorType[] = ['passkey', 'totp', 'mailed_code']

/** Recovery codes are for emergencies, so they come after everything that people use. */
const codesLast = (a: { type: FactorType }, b: { type: FactorType }) =>
  Number(a.type === 'recovery_code') - Number(b.type === 'recovery_code')

/** The second factors and passkeys of the account. Every change first asks for proof that it is really the owner. */
export function FactorsSection() {
  const texts = useTexts(enrolmentTexts)
  const words = useProblemWords()
  const queries = useQueryClient()
  const listed = useQuery(factorsQuery)
  const dialog = useAddressDialog(['rename', 'remove'])
  const change = useProvenChange()
  const { adding, codes, ...enrolment } = useFactorEnrolment(change)
  const { run, say, said, problem } = change

  const keep = (id: string) =>
    run(async () => {
      await ask('POST /me/factors/:id/keep', { params: { id } })
      await queries.invalidateQueries({ queryKey: ['me'] })
    })

  const held = [...(listed.data?.factors ?? [])].sort(codesLast)
  const types = held.map(({ type }) => type)
  const available = listed.data?.available ?? []
  const canAdd = offered.filter(
    (type) => available.includes(type) && worksHere(type) && (type !== 'mailed_code' || !types.includes(type)),
  )

  return (
    <Section title={texts.title} lead={texts.lead}>
      {listed.isPending && <Loading lines={3} />}
      {listed.isError && <Failed error={listed.error} retry={() => void listed.refetch()} />}
      <Stack gap="md">
        {problem && <Notice kind="problem">{problem === 'abandoned' ? texts.passkeyFailed : words(problem)}</Notice>}
        <Said>{said}</Said>
        {listed.data && held.length === 0 && adding === undefined && <Text c="dimmed">{texts.none}</Text>}
        {held.length > 0 && codes === undefined && !types.includes('recovery_code') && (
          <Notice kind="info">{texts.noCodes}</Notice>
        )}
        {held.length > 0 && (
          <Items>
            {held.map((factor) => (
              <HeldFactor
                key={factor.id}
                factor={factor}
                rename={() => dialog.open('rename', factor.id)}
                remove={() => dialog.open('remove', factor.id)}
                keep={() => void keep(factor.id)}
              />
            ))}
          </Items>
        )}
        {codes && <RecoveryCodes codes={codes} saved={enrolment.saved} />}
        {adding && (
          <Suspense fallback={<Loading lines={4} />}>
            <ConfirmCode {...adding} done={enrolment.finish} cancel={enrolment.cancel} />
          </Suspense>
        )}
        {adding === undefined && codes === undefined && listed.data && (
          <Group gap="sm">
            {canAdd.map((type) => (
              <Button key={type} variant="default" onClick={() => enrolment.begin(type)}>
                {texts.add[type]}
              </Button>
            ))}
            {types.some((type) => type !== 'recovery_code') && (
              <Button variant="default" onClick={() => enrolment.begin('recovery_code')}>
                {texts.add.recovery_code}
              </Button>
            )}
          </Group>
        )}
      </Stack>
      <FactorDialogs dialog={dialog} held={held} say={say} />
      {site.can_trust_devices && <TrustedDevices />}
    </Section>
  )
}
