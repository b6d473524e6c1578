import type { AnswerOf } from '@latchkey/client'
import { Button, Group, Text } from '@mantine/core'
import { enrolmentTexts } from '../factors/enrolment-texts.ts'
import { factorTexts } from '../factors/factor-texts.ts'
import { Item } from '../look/items.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'

export type Held = AnswerOf<'GET /me/factors'>['factors'][number]

/** With this many recovery codes left, or fewer, their owner is advised to create new ones. */
const FEW_CODES = 3

type Props = { factor: Held; rename(): void; remove(): void; keep(): void }

/** A factor of the account: when it was used, and what can be done with it. */
export function HeldFactor({ factor, rename, remove, keep }: Props) {
  const texts = useTexts(enrolmentTexts)
  const name = useFactorName()(factor)
  const isOfCodes = factor.type === 'recovery_code'
  return (
    <Item
      actions={
        // Recovery codes are replaced, not removed. A code that an administrator issued can be removed.
        (!isOfCodes || factor.is_issued) && (
          <>
            {!factor.is_issued && (
              <Button size="compact-sm" variant="default" aria-label={`${texts.rename}: ${name}`} onClick={rename}>
                {texts.rename}
              </Button>
            )}
            <Button size="compact-sm" variant="default" aria-label={`${texts.remove}: ${name}`} onClick={remove}>
              {texts.remove}
            </Button>
          </>
        )
      }
    >
      <Text fw={600}>
        {name}
        {factor.is_backed_up && ` (${texts.backedUp})`}
      </Text>
      <Text size="sm" c="dimmed">
        {factor.codes_left === undefined ? (
          <Use factor={factor} />
        ) : (
          <>
            {texts.codesLeft(factor.codes_left)}
            {factor.codes_left <= FEW_CODES && ` ${texts.fewCodes}`}
          </>
        )}
      </Text>
      {factor.removes_at && (
        <Group gap="xs">
          <Text size="sm">
            {texts.removesAt} <Moment at={factor.removes_at} />
          </Text>
          <Button size="compact-sm" variant="default" onClick={keep}>
            {texts.keep}
          </Button>
        </Group>
      )}
    </Item>
  )
}

/** When a factor was added, and when it was last used. */
function Use({ factor: { created_at, last_used_at } }: { factor: Held }) {
  const texts = useTexts(enrolmentTexts)
  return (
    <>
      {texts.addedOn} <Moment at={created_at} /> ·{' '}
      {last_used_at === null ? (
        texts.neverUsed
      ) : (
        <>
          {texts.lastUsed} <Moment at={last_used_at} />
        </>
      )}
    </>
  )
}

/** What a factor is called: by its owner, or else by its kind. */
export function useFactorName(): (factor: Held) => string {
  const { codes } = useTexts(enrolmentTexts)
  const { kinds } = useTexts(factorTexts)
  return ({ name, type, codes_left }) => name || (codes_left === undefined ? kinds[type] : codes)
}
