import type { AnswerOf } from '@latchkey/client'
import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { act } from '../administration/act.ts'
import { Facts } from '../administration/facts.tsx'
import { FailingNotice } from '../administration/failing-notice.tsx'
import { notify } from '../administration/notifications.tsx'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { RowAction } from '../administration/row-action.tsx'
import { ask } from '../api/api.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { useEventName } from '../events/event-words.tsx'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/submission.ts'
import { Failed, Loading } from '../layout/states.tsx'
import { Tags } from '../look/tags.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { Deliveries } from './deliveries.tsx'
import type { WebhookEvent } from './webhook-events.ts'
import { draftFaults, type WebhookDraft, WebhookFields } from './webhook-fields.tsx'
import { WebhookSecret } from './webhook-secret.tsx'
import { WebhookState } from './webhooks-page.tsx'
import { webhooksTexts } from './webhooks-texts.ts'

type Webhook = AnswerOf<'GET /admin/webhooks/:id'>

/** One webhook: the events it receives, their deliveries, and how to change it. */
export function WebhookPage() {
  const texts = useTexts(webhooksTexts)
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const webhook = useQuery({
    queryKey: ['webhooks', id],
    queryFn: ({ signal }) => ask('GET /admin/webhooks/:id', { signal, params: { id } }),
  })
  if (webhook.isSuccess) return <Loaded webhook={webhook.data} />
  return (
    <Page title={texts.title} back={{ to: '/admin/webhooks/', name: texts.title }}>
      <Panel>
        {webhook.isPending && <Loading lines={6} />}
        {webhook.isError && <Failed error={webhook.error} retry={() => void webhook.refetch()} />}
      </Panel>
    </Page>
  )
}

function Loaded({ webhook }: { webhook: Webhook }) {
  const texts = useTexts(webhooksTexts)
  const may = useMay()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [secret, setSecret] = useState<string>()
  const { id, is_enabled: isEnabled, failing } = webhook
  const params = { id }
  const mayChange = may('webhooks.change')
  const dialog = useAddressDialog(mayChange ? ['new-secret', 'delete'] : [])
  const reload = () => queries.invalidateQueries({ queryKey: ['webhooks'] })

  async function retry(): Promise<void> {
    const { retried } = await act('POST /admin/webhooks/:id/retry', { params, body: { include_given_up: true } })
    notify(texts.retried(retried))
    await reload()
  }
  return (
    <Page
      title={webhook.description || new URL(webhook.url).host}
      beside={<WebhookState webhook={webhook} />}
      back={{ to: '/admin/webhooks/', name: texts.title }}
      changing="webhooks.change"
      actions={
        mayChange && (
          <>
            <RowAction
              place="head"
              action={isEnabled ? texts.disable : texts.enable}
              label={isEnabled ? texts.disable : texts.enable}
              send={async () => {
                await act('PATCH /admin/webhooks/:id', { params, body: { is_enabled: !isEnabled } })
                await reload()
              }}
              done={isEnabled ? texts.nowDisabled : texts.nowEnabled}
            />
            <Button size="sm" variant="default" onClick={() => dialog.open('new-secret')}>
              {texts.newSecret}
            </Button>
            <Button size="sm" variant="default" onClick={() => dialog.open('delete')}>
              {texts.remove}
            </Button>
          </>
        )
      }
    >
      {failing && (
        <FailingNotice
          title={texts.failingTitle}
          failing={failing}
          {...(mayChange && { retry: { action: texts.retryAll, send: retry } })}
        />
      )}
      <Panel>
        {mayChange ? <Change webhook={webhook} /> : <WebhookFacts webhook={webhook} />}
        {webhook.former_secret_until !== null && (
          <p>
            {texts.formerUntil} <Moment at={webhook.former_secret_until} />.
          </p>
        )}
      </Panel>
      <Deliveries webhookId={id} mayChange={mayChange} />
      {dialog.shown === 'new-secret' && (
        <ConfirmDialog
          title={texts.newSecretTitle}
          lead={texts.newSecretLead}
          action={texts.newSecretAction}
          close={dialog.close}
          send={() => act('POST /admin/webhooks/:id/rotate-secret', { params })}
          done={async (changed) => {
            setSecret(changed.secret)
            await reload()
          }}
        />
      )}
      {dialog.shown === 'delete' && (
        <ConfirmDialog
          title={texts.removeTitle}
          lead={texts.removeLead}
          action={texts.removeAction}
          isDangerous
          close={dialog.close}
          send={() => act('DELETE /admin/webhooks/:id', { params })}
          done={async () => {
            notify(texts.removed)
            await navigate({ to: '/admin/webhooks/' })
            queries.removeQueries({ queryKey: ['webhooks', id] })
            await queries.invalidateQueries({ queryKey: ['webhooks', 'list'] })
          }}
        />
      )}
      {secret !== undefined && <WebhookSecret secret={secret} close={() => setSecret(undefined)} />}
    </Page>
  )
}

function WebhookFacts({ webhook }: { webhook: Webhook }) {
  const texts = useTexts(webhooksTexts)
  const nameOf = useEventName()
  return (
    <Facts
      facts={[
        [texts.url, webhook.url],
        [texts.description, webhook.description],
        [texts.events, <Tags key="events" names={webhook.events.map(nameOf)} />],
      ]}
    />
  )
}

function Change({ webhook }: { webhook: Webhook }) {
  const texts = useTexts(webhooksTexts)
  const queries = useQueryClient()
  const [draft, setDraft] = useState<WebhookDraft>({
    url: webhook.url,
    description: webhook.description,
    events: webhook.events as WebhookEvent[],
  })
  const submission = useSubmission({
    check: () => draftFaults(draft),
    send: () =>
      act('PATCH /admin/webhooks/:id', {
        params: { id: webhook.id },
        body: { ...draft, events: [...draft.events] },
      }),
    done: async (changed) => {
      notify(texts.saved)
      queries.setQueryData(['webhooks', webhook.id], changed)
      await queries.invalidateQueries({ queryKey: ['webhooks', 'list'] })
    },
  })
  return (
    <Form submission={submission} action={texts.save}>
      <WebhookFields draft={draft} change={setDraft} submission={submission} />
    </Form>
  )
}
