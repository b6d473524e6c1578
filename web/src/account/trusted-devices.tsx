import { Button, Stack, Text } from '@mantine/core'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ask } from '../api/api.ts'
import { enrolmentTexts } from '../factors/enrolment-texts.ts'
import { Item, Items } from '../look/items.tsx'
import { Said } from '../look/notice.tsx'
import { useDeviceNames } from '../texts/device.ts'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'

const devicesQuery = queryOptions({
  queryKey: ['me', 'trusted-devices'],
  queryFn: ({ signal }) => ask('GET /me/trusted-devices', { signal }),
})

/** The devices on which no second factor is asked for. Hidden while there are none. */
export function TrustedDevices() {
  const texts = useTexts(enrolmentTexts).devices
  const { nameOf } = useDeviceNames()
  const queries = useQueryClient()
  const listed = useQuery(devicesQuery)
  const revoke = useMutation({
    mutationFn: (id: string) => ask('DELETE /me/trusted-devices/:id', { params: { id } }),
    onSettled: () => queries.invalidateQueries(devicesQuery),
  })
  const devices = listed.data?.devices ?? []
  if (devices.length === 0 && !revoke.isSuccess) return null
  return (
    <Stack gap={4} mt="xl">
      <Text fw={600}>{texts.title}</Text>
      {devices.length > 0 && <Text c="dimmed">{texts.lead}</Text>}
      <Said>{revoke.isSuccess && texts.revoked}</Said>
      {devices.length > 0 && (
        <Items>
          {devices.map(({ id, device, address, created_at }) => (
            <Item
              key={id}
              actions={
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={`${texts.revoke}: ${nameOf(device)}`}
                  onClick={() => revoke.mutate(id)}
                >
                  {texts.revoke}
                </Button>
              }
            >
              <Text fw={600}>{nameOf(device)}</Text>
              <Text size="sm" c="dimmed">
                {texts.from(address)} · {texts.since} <Moment at={created_at} />
              </Text>
            </Item>
          ))}
        </Items>
      )}
    </Stack>
  )
}
