import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { act } from '../administration/act.ts'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/submission.ts'
import { useTexts } from '../texts/texts.tsx'
import { draftFaults, type WebhookDraft, WebhookFields } from './webhook-fields.tsx'
import { WebhookSecret } from './webhook-secret.tsx'
import { webhooksTexts } from './webhooks-texts.ts'

/** Creates a webhook, and shows its secret once. */
export function NewWebhookPage() {
  const texts = useTexts(webhooksTexts)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [draft, setDraft] = useState<WebhookDraft>({ url: '', description: '', events: [] })
  const [made, setMade] = useState<{ id: string; secret: string }>()
  const submission = useSubmission({
    check: () => draftFaults(draft),
    send: () => act('POST /admin/webhooks', { body: { ...draft, events: [...draft.events] } }),
    done: async (webhook) => {
      setMade(webhook)
      await queries.invalidateQueries({ queryKey: ['webhooks', 'list'] })
    },
  })
  return (
    <Page title={texts.newTitle} back={{ to: '/admin/webhooks/', name: texts.title }}>
      <Panel>
        <Form submission={submission} action={texts.create}>
          <WebhookFields draft={draft} change={setDraft} submission={submission} />
        </Form>
      </Panel>
      {made && (
        <WebhookSecret
          secret={made.secret}
          close={() => void navigate({ to: '/admin/webhooks/$id/', params: { id: made.id } })}
        />
      )}
    </Page>
  )
}
