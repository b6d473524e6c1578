import { Checkbox, Input } from '@mantine/core'
import details from '../administration/details.module.css'
import { useEventName } from '../events/event-words.tsx'
import { useFaultWords } from '../forms/fault-words.ts'
import { missing, type Submission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { useTexts } from '../texts/texts.tsx'
import { type WebhookEvent, webhookEvents } from './webhook-events.ts'
import { webhooksTexts } from './webhooks-texts.ts'

/** What was typed about a webhook. */
export type WebhookDraft = { url: string; description: string; events: readonly WebhookEvent[] }

/** The faults that can be found without the server. */
export function draftFaults({ url, events }: WebhookDraft) {
  return [...missing({ url }), ...(events.length === 0 ? [{ field: 'events', fault: 'minItems' }] : [])]
}

type Props = { draft: WebhookDraft; change(draft: WebhookDraft): void; submission: Submission }

/** The fields of a webhook. */
export function WebhookFields({ draft, change, submission }: Props) {
  const texts = useTexts(webhooksTexts)
  const nameOf = useEventName()
  const words = useFaultWords()
  function toggle(event: WebhookEvent): void {
    const others = draft.events.filter((one) => one !== event)
    change({ ...draft, events: others.length < draft.events.length ? others : [...others, event] })
    submission.changed('events')
  }
  return (
    <>
      <TextField
        name="url"
        type="url"
        label={texts.url}
        description={texts.urlHint}
        value={draft.url}
        onChange={(url) => {
          change({ ...draft, url })
          submission.changed('url')
        }}
        error={words(submission.faultsOf('url'))}
        autoComplete="off"
        spellCheck={false}
      />
      <TextField
        name="description"
        label={texts.description}
        value={draft.description}
        onChange={(description) => {
          change({ ...draft, description })
          submission.changed('description')
        }}
        error={words(submission.faultsOf('description'))}
        isOptional
      />
      <Input.Wrapper
        component="fieldset"
        label={texts.events}
        labelElement="div"
        error={submission.faultsOf('events').length > 0 && texts.chooseEvents}
        style={{ border: 0, margin: 0, padding: 0 }}
      >
        <div className={details.checks}>
          {webhookEvents.map((event) => (
            <Checkbox
              key={event}
              size="sm"
              label={nameOf(event)}
              checked={draft.events.includes(event)}
              onChange={() => toggle(event)}
            />
          ))}
        </div>
      </Input.Wrapper>
    </>
  )
}
