import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { ask } from '../api/api.ts'
import { asProblem, type Problem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { enrolmentTexts } from '../factors/enrolment-texts.ts'
import { factorTexts } from '../factors/factor-texts.ts'
import { type FactorType, factorsQuery } from '../factors/held-factors.ts'
import { createPasskey, isAbandoned, signalPasskeys, worksHere } from '../factors/passkey.ts'
import { RecoveryCodes } from '../factors/recovery-codes.tsx'
import { Failed, Loading } from '../layout/states.tsx'
import { Item, Items } from '../look/items.tsx'
import { Notice, Said } from '../look/notice.tsx'
import { whenRecent } from '../session/step-up.ts'
import { site } from '../site/site.ts'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { RenameFactor } from './rename-factor.tsx'
import { Section } from './section.tsx'
import { TrustedDevices } from './trusted-devices.tsx'

// The QR code is needed only while somebody adds an app.
const ConfirmCode = lazy(async () => ({ default: (await import('./confirm-factor.tsx')).ConfirmFactor }))

const offered: readonly FactorType[] = ['passkey', 'totp', 'mailed_code']

/** Recovery codes are for emergencies, so they come after everything that people use. */
const codesLast = (a: { type: FactorType }, b: { type: FactorType }) =>
  Number(a.type === 'recovery_code') - Number(b.type === 'recovery_code')

/** What somebody is adding, and how far they have got. */
type Adding = { factor: FactorType; begun: { secret?: string; uri?: string; sent_to?: string } }

/** The second factors and passkeys of the account. Every change first asks for proof that it is really the owner. */
export function FactorsSection() {
  const texts = useTexts(enrolmentTexts)
  const { kinds } = useTexts(factorTexts)
  const words = useProblemWords()
  const queries = useQueryClient()
  const listed = useQuery(factorsQuery)
  const [adding, setAdding] = useState<Adding>()
  const [codes, setCodes] = useState<readonly string[]>()
  const dialog = useAddressDialog(['rename', 'remove'])
  const [said, setSaid] = useState<string>()
  const [problem, setProblem] = useState<Problem | 'abandoned'>()

  /** Does something that may need a recent proof first. */
  async function run(work: () => Promise<void>): Promise<void> {
    setProblem(undefined)
    setSaid(undefined)
    try {
      await whenRecent(work)
    } catch (error) {
      setProblem(isAbandoned(error) ? 'abandoned' : asProblem(error))
    }
  }

  async function finished(recoveryCodes: readonly string[] | undefined): Promise<void> {
    setAdding(undefined)
    setCodes(recoveryCodes)
    setSaid(texts.added)
    await queries.invalidateQueries({ queryKey: ['me'] })
  }

  const begin = (factor: FactorType) =>
    run(async () => {
      const begun = await ask('POST /me/factors', { body: { factor } })
      if (factor === 'recovery_code') return setCodes(begun.codes)
      if (factor !== 'passkey') return setAdding({ factor, begun })
      const credential = (await createPasskey(begun.options ?? {})) as never
      const { recovery_codes } = await ask('POST /me/factors/confirm', { body: { factor, credential } })
      await finished(recovery_codes)
    })

  async function removed(): Promise<void> {
    setProblem(undefined)
    setSaid(texts.removed)
    await queries.invalidateQueries({ queryKey: ['me'] })
    const { factors, passkeys } = await queries.fetchQuery({ ...factorsQuery, staleTime: 0 })
    const left = factors.flatMap(({ credential_id }) => credential_id ?? [])
    if (passkeys) await signalPasskeys(passkeys.rp_id, passkeys.user_handle, left)
  }

  const held = [...(listed.data?.factors ?? [])].sort(codesLast)
  const subject = held.find(({ id }) => id === dialog.subject)
  const nameOf = (factor: { name: string; type: FactorType; codes_left?: number }) =>
    factor.name || (factor.codes_left === undefined ? kinds[factor.type] : texts.codes)
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
              <Item
                key={factor.id}
                actions={
                  (factor.type !== 'recovery_code' || factor.is_issued) && (
                    <>
                      {!factor.is_issued && (
                        <Button
                          size="compact-sm"
                          variant="default"
                          aria-label={`${texts.rename}: ${nameOf(factor)}`}
                          onClick={() => dialog.open('rename', factor.id)}
                        >
                          {texts.rename}
                        </Button>
                      )}
                      <Button
                        size="compact-sm"
                        variant="default"
                        aria-label={`${texts.remove}: ${nameOf(factor)}`}
                        onClick={() => dialog.open('remove', factor.id)}
                      >
                        {texts.remove}
                      </Button>
                    </>
                  )
                }
              >
                <Text fw={600}>
                  {nameOf(factor)}
                  {factor.is_backed_up && ` (${texts.backedUp})`}
                </Text>
                <Text size="sm" c="dimmed">
                  {factor.codes_left !== undefined && texts.codesLeft(factor.codes_left)}
                  {factor.codes_left !== undefined && factor.codes_left <= 3 && ` ${texts.fewCodes}`}
                  {factor.codes_left === undefined && (
                    <>
                      {texts.addedOn} <Moment at={factor.created_at} /> ·{' '}
                    </>
                  )}
                  {factor.codes_left === undefined &&
                    (factor.last_used_at === null ? (
                      texts.neverUsed
                    ) : (
                      <>
                        {texts.lastUsed} <Moment at={factor.last_used_at} />
                      </>
                    ))}
                </Text>
                {factor.removes_at && (
                  <Group gap="xs">
                    <Text size="sm">
                      {texts.removesAt} <Moment at={factor.removes_at} />
                    </Text>
                    <Button
                      size="compact-sm"
                      variant="default"
                      onClick={() =>
                        void run(async () => {
                          await ask('POST /me/factors/:id/keep', { params: { id: factor.id } })
                          await queries.invalidateQueries({ queryKey: ['me'] })
                        })
                      }
                    >
                      {texts.keep}
                    </Button>
                  </Group>
                )}
              </Item>
            ))}
          </Items>
        )}
        {codes && (
          <RecoveryCodes
            codes={codes}
            saved={() =>
              void run(async () => {
                await ask('POST /me/factors/confirm', { body: { factor: 'recovery_code', saved: true } })
                setCodes(undefined)
                await queries.invalidateQueries({ queryKey: ['me'] })
              })
            }
          />
        )}
        {adding && (
          <Suspense fallback={<Loading lines={4} />}>
            <ConfirmCode {...adding} done={finished} cancel={() => setAdding(undefined)} />
          </Suspense>
        )}
        {adding === undefined && codes === undefined && listed.data && (
          <Group gap="sm">
            {canAdd.map((type) => (
              <Button key={type} variant="default" onClick={() => void begin(type)}>
                {texts.add[type]}
              </Button>
            ))}
            {types.some((type) => type !== 'recovery_code') && (
              <Button variant="default" onClick={() => void begin('recovery_code')}>
                {texts.add.recovery_code}
              </Button>
            )}
          </Group>
        )}
      </Stack>
      {subject && dialog.shown === 'remove' && (
        <ConfirmDialog
          title={texts.removeTitle(nameOf(subject))}
          lead={types.filter((type) => type !== 'recovery_code').length > 1 ? texts.removeLead : texts.removeLast}
          action={texts.remove}
          isDangerous
          close={dialog.close}
          send={() => whenRecent(() => ask('DELETE /me/factors/:id', { params: { id: subject.id } }))}
          done={removed}
        />
      )}
      {subject && dialog.shown === 'rename' && (
        <RenameFactor
          factor={subject}
          close={dialog.close}
          done={async () => {
            dialog.close()
            await queries.invalidateQueries({ queryKey: ['me'] })
          }}
        />
      )}
      {site.can_trust_devices && <TrustedDevices />}
    </Section>
  )
}
