import { Button, Group, Stack, Text } from '@mantine/core'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { ask } from '../api/api.ts'
import { asProblem, type Problem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { enrolmentTexts } from '../factors/enrolment-texts.ts'
import { factorTexts } from '../factors/factor-texts.ts'
import { createPasskey, hasPasskeySupport, isAbandoned, signalPasskeys } from '../factors/passkey.ts'
import { RecoveryCodes } from '../factors/recovery-codes.tsx'
import { StepUpDialog } from '../factors/step-up-dialog.tsx'
import { Failed, Loading } from '../layout/states.tsx'
import { Notice } from '../look/notice.tsx'
import { site } from '../site/site.ts'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { Section } from './section.tsx'
import { TrustedDevices } from './trusted-devices.tsx'

// The QR code is for the few moments when somebody adds an app.
const ConfirmCode = lazy(async () => ({ default: (await import('./confirm-factor.tsx')).ConfirmFactor }))

type FactorType = 'totp' | 'passkey' | 'mailed_code' | 'recovery_code'
const offered: readonly FactorType[] = ['passkey', 'totp', 'mailed_code']

const factorsQuery = queryOptions({
  queryKey: ['me', 'factors'],
  queryFn: ({ signal }) => ask('GET /me/factors', { signal }),
})

/** What somebody is adding, as far as it has come. */
type Adding = { factor: FactorType; begun: { secret?: string; uri?: string; sent_to?: string } }

/** The second factors and passkeys of the account. Whatever changes them asks first whether it is really its owner. */
export function FactorsSection() {
  const texts = useTexts(enrolmentTexts)
  const { kinds } = useTexts(factorTexts)
  const words = useProblemWords()
  const queries = useQueryClient()
  const listed = useQuery(factorsQuery)
  const [adding, setAdding] = useState<Adding>()
  const [codes, setCodes] = useState<readonly string[]>()
  const [said, setSaid] = useState<string>()
  const [problem, setProblem] = useState<Problem>()
  const [retry, setRetry] = useState<() => Promise<void>>()

  /** Does something that needs a recent proof; asks for one if it is missing, and then does it. */
  async function run(work: () => Promise<void>): Promise<void> {
    setProblem(undefined)
    setSaid(undefined)
    try {
      await work()
    } catch (error) {
      if (isAbandoned(error)) return setSaid(texts.passkeyFailed)
      const found = asProblem(error)
      const needsProof = ['recent_login_required', 'second_factor_required'].includes(found.code)
      if (needsProof) setRetry(() => () => run(work))
      else setProblem(found)
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

  const remove = (id: string) =>
    run(async () => {
      await ask('DELETE /me/factors/:id', { params: { id } })
      setSaid(texts.removed)
      await queries.invalidateQueries({ queryKey: ['me'] })
      const { factors, passkeys } = await queries.fetchQuery({ ...factorsQuery, staleTime: 0 })
      const left = factors.flatMap(({ credential_id }) => credential_id ?? [])
      if (passkeys) await signalPasskeys(passkeys.rp_id, passkeys.user_handle, left)
    })

  const ownWords = (code: string) =>
    Object.hasOwn(texts.problems, code) ? texts.problems[code as keyof typeof texts.problems] : undefined
  const held = listed.data?.factors ?? []
  const types = held.map(({ type }) => type)
  const available = listed.data?.available ?? []
  const canAdd = offered.filter(
    (type) =>
      available.includes(type) &&
      (type !== 'passkey' || hasPasskeySupport) &&
      (type !== 'mailed_code' || !types.includes(type)),
  )

  return (
    <Section title={texts.title} lead={texts.lead}>
      {listed.isPending && <Loading lines={3} />}
      {listed.isError && <Failed error={listed.error} retry={() => void listed.refetch()} />}
      <Stack gap="md">
        {problem && <Notice kind="problem">{ownWords(problem.code) ?? words(problem)}</Notice>}
        {said && <Notice kind="success">{said}</Notice>}
        {listed.data && held.length === 0 && <Text c="dimmed">{texts.none}</Text>}
        {held.map((factor) => (
          <Group key={factor.id} justify="space-between" wrap="nowrap">
            <Stack gap={2}>
              <Text fw={600}>
                {factor.name || kinds[factor.type]}
                {factor.is_backed_up && ` (${texts.backedUp})`}
              </Text>
              <Text size="sm" c="dimmed">
                {factor.codes_left !== undefined && texts.codesLeft(factor.codes_left)}
                {factor.codes_left !== undefined && factor.codes_left <= 3 && ` ${texts.fewCodes}`}
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
            </Stack>
            {(factor.type !== 'recovery_code' || factor.is_issued) && (
              <Button
                variant="subtle"
                color="gray"
                aria-label={`${texts.remove}: ${factor.name || kinds[factor.type]}`}
                onClick={() => void remove(factor.id)}
              >
                {texts.remove}
              </Button>
            )}
          </Group>
        ))}
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
        {adding === undefined && listed.data && (
          <Group gap="sm">
            {canAdd.map((type) => (
              <Button key={type} variant="default" onClick={() => void begin(type)}>
                {texts.add[type]}
              </Button>
            ))}
            {types.some((type) => type !== 'recovery_code') && codes === undefined && (
              <Button variant="default" onClick={() => void begin('recovery_code')}>
                {texts.add.recovery_code}
              </Button>
            )}
          </Group>
        )}
      </Stack>
      {site.can_trust_devices && <TrustedDevices />}
      {retry && (
        <StepUpDialog
          held={types}
          close={() => setRetry(undefined)}
          done={() => {
            setRetry(undefined)
            void retry()
          }}
        />
      )}
    </Section>
  )
}
