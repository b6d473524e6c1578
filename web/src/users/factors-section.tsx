import type { AnswerOf } from '@latchkey/client'
import { Button, Code, Group, Stack, Text } from '@mantine/core'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { act } from '../administration/act.ts'
import { notify } from '../administration/notifications.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { RowAction } from '../administration/row-action.tsx'
import { ask } from '../api/api.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { factorTexts } from '../factors/factor-texts.ts'
import { Failed, Loading } from '../layout/states.tsx'
import { Item, Items } from '../look/items.tsx'
import { Said } from '../look/notice.tsx'
import { displayName } from '../session/session.ts'
import { useMe } from '../session/session-gate.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { userFactorsTexts } from './factors-texts.ts'
import { type User, useMayReach } from './user.ts'

type Factor = AnswerOf<'GET /admin/users/:id/factors'>['factors'][number]

const factorsQuery = (id: User['id']) =>
  queryOptions({
    queryKey: ['users', 'factors', String(id)],
    queryFn: ({ signal }) => ask('GET /admin/users/:id/factors', { params: { id: String(id) }, signal }),
  })

/** A user's second factors and trusted devices, and how to help somebody who lost them. */
export function FactorsSection({ user }: { user: User }) {
  const texts = useTexts(userFactorsTexts)
  const { kinds } = useTexts(factorTexts)
  const may = useMay()
  const mayReach = useMayReach()
  const me = useMe()
  const queries = useQueryClient()
  const listed = useQuery(factorsQuery(user.id))
  const [code, setCode] = useState<string>()
  const mayChange = may('accounts.change') && mayReach(user) && user.id !== me.id
  const dialog = useAddressDialog(mayChange ? ['remove-factor', 'new-code'] : [])
  const name = displayName(user)
  const id = String(user.id)
  const reload = () => queries.invalidateQueries({ queryKey: ['users'] })
  const factors = listed.data?.factors ?? []
  const devices = listed.data?.devices ?? []
  const nameOf = ({ name, type }: Factor) => name || (kinds[type as keyof typeof kinds] ?? type)
  const removing = dialog.shown === 'remove-factor' ? factors.find(({ id }) => id === dialog.subject) : undefined

  return (
    <Panel title={texts.title}>
      {listed.isPending && <Loading lines={2} />}
      {listed.isError && <Failed error={listed.error} retry={() => void listed.refetch()} />}
      <Stack gap="sm">
        {listed.data && factors.length === 0 && <Text c="dimmed">{texts.none}</Text>}
        {factors.length > 0 && (
          <Items>
            {factors.map((factor) => (
              <Item
                key={factor.id}
                actions={
                  mayChange &&
                  (factor.removes_at ? (
                    <RowAction
                      action={texts.keep}
                      label={`${texts.keep}: ${nameOf(factor)}`}
                      send={async () => {
                        const params = { id, factor_id: factor.id }
                        await act('POST /admin/users/:id/factors/:factor_id/keep', { params })
                        await reload()
                      }}
                      done={texts.kept}
                    />
                  ) : (
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`${texts.remove}: ${nameOf(factor)}`}
                      onClick={() => dialog.open('remove-factor', factor.id)}
                    >
                      {texts.remove}
                    </Button>
                  ))
                }
              >
                <Text>{nameOf(factor)}</Text>
                <Text size="sm" c="dimmed">
                  {factor.last_used_at === null ? (
                    texts.neverUsed
                  ) : (
                    <>
                      {texts.lastUsed} <Moment at={factor.last_used_at} />
                    </>
                  )}
                  {factor.removes_at && (
                    <>
                      . {texts.removesAt} <Moment at={factor.removes_at} />
                    </>
                  )}
                </Text>
              </Item>
            ))}
          </Items>
        )}
        <Said>
          {code && (
            <>
              {texts.issued} <Code>{code}</Code>
            </>
          )}
        </Said>
        {mayChange && (factors.length > 0 || devices.length > 0) && (
          <Group gap="xs">
            {factors.length > 0 && (
              <Button size="sm" variant="default" onClick={() => dialog.open('new-code')}>
                {texts.issue}
              </Button>
            )}
            {devices.length > 0 && (
              <>
                <Text size="sm">{texts.devices(devices.length)}</Text>
                <RowAction
                  action={texts.revoke}
                  label={texts.revoke}
                  send={async () => {
                    await act('DELETE /admin/users/:id/trusted-devices', { params: { id } })
                    await reload()
                  }}
                  done={texts.revoked}
                />
              </>
            )}
          </Group>
        )}
      </Stack>
      {removing && (
        <ConfirmDialog
          title={texts.removeTitle(nameOf(removing), name)}
          lead={texts.removeLead}
          action={texts.remove}
          isDangerous
          close={dialog.close}
          send={() => act('DELETE /admin/users/:id/factors/:factor_id', { params: { id, factor_id: removing.id } })}
          done={() => {
            notify(texts.removed)
            return reload()
          }}
        />
      )}
      {dialog.shown === 'new-code' && factors.length > 0 && (
        <ConfirmDialog
          title={texts.issueTitle(name)}
          lead={texts.issueLead}
          action={texts.issue}
          close={dialog.close}
          send={() => act('POST /admin/users/:id/recovery-code', { params: { id } })}
          done={(issued) => {
            setCode(issued.code)
            return reload()
          }}
        />
      )}
    </Panel>
  )
}
