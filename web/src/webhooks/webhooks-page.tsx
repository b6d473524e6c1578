import type { AnswerOf } from '@latchkey/client'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import classes from '../administration/details.module.css'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { ask } from '../api/api.ts'
import { Failed, Loading } from '../layout/states.tsx'
import { Nothing } from '../lists/list-pages.tsx'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { ButtonLink } from '../look/links.tsx'
import { Tag } from '../look/tag.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { webhooksTexts } from './webhooks-texts.ts'

type Webhook = AnswerOf<'GET /admin/webhooks'>['webhooks'][number]

/** All webhooks. There are few, so the list is not paged. */
export function WebhooksPage() {
  const texts = useTexts(webhooksTexts)
  const may = useMay()
  const webhooks = useQuery({
    queryKey: ['webhooks', 'list'],
    queryFn: async ({ signal }) => (await ask('GET /admin/webhooks', { signal })).webhooks,
  })
  const columns = useMemo(
    (): Column<Webhook>[] => [
      {
        name: 'url',
        label: texts.columns.url,
        cell: ({ url, description }) => (
          <>
            <span className={classes.stack}>{description || url}</span>
            {description !== '' && <span className={classes.quiet}>{url}</span>}
          </>
        ),
      },
      {
        name: 'events',
        label: texts.columns.events,
        cell: ({ events }) => events.length,
        isNumber: true,
        isSaid: true,
      },
      { name: 'state', label: texts.columns.state, cell: (one) => <WebhookState webhook={one} /> },
      {
        name: 'created',
        label: texts.columns.created,
        cell: (one) => <Moment at={one.created_at} relative />,
        isWide: true,
      },
    ],
    [texts],
  )
  return (
    <Page
      title={texts.title}
      lead={texts.lead}
      changing="webhooks.change"
      actions={
        may('webhooks.change') && (
          <ButtonLink to="/admin/webhooks/new/" size="sm">
            {texts.add}
          </ButtonLink>
        )
      }
    >
      <Panel isFlush={webhooks.isSuccess}>
        {webhooks.isPending && <Loading lines={4} />}
        {webhooks.isError && <Failed error={webhooks.error} retry={() => void webhooks.refetch()} />}
        {webhooks.data?.length === 0 && (
          <Nothing icon="webhook" title={texts.empty} lead={may('webhooks.change') && texts.emptyLead} />
        )}
        {webhooks.data !== undefined && webhooks.data.length > 0 && (
          <RecordTable
            label={texts.title}
            rows={webhooks.data}
            columns={columns}
            idOf={({ id }) => id}
            nameOf={({ url }) => url}
            linkOf={({ id }) => ({ to: '/admin/webhooks/$id/', params: { id } })}
          />
        )}
      </Panel>
    </Page>
  )
}

/** Whether a webhook receives events, and whether that works. */
export function WebhookState({ webhook }: { webhook: Webhook }) {
  const texts = useTexts(webhooksTexts)
  if (!webhook.is_enabled) return <Tag kind="plain">{texts.disabled}</Tag>
  return webhook.failing === null ? <Tag kind="good">{texts.enabled}</Tag> : <Tag kind="bad">{texts.failing}</Tag>
}
