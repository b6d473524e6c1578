import type { AnswerOf } from '@latchkey/client'
import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { act } from '../administration/act.ts'
import classes from '../administration/details.module.css'
import { useFailureWords } from '../administration/failure-words.ts'
import { notify } from '../administration/notifications.tsx'
import { RowAction } from '../administration/row-action.tsx'
import type { AddressDialog } from '../dialogs/address-dialog.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { Tag } from '../look/tag.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { outboxTexts } from './outbox-texts.ts'

/** An email of the outbox. */
export type Mail = AnswerOf<'GET /admin/outbox'>['mails'][number]

/** Which message an email is. */
export function MailKind({ mail: { kind } }: { mail: Mail }) {
  const kinds: Record<string, string> = useTexts(outboxTexts).kinds
  return kinds[kind] ?? kind
}

/** The colour for what became of an email or of another delivery. */
export const deliveryColors = { pending: 'warning', delivered: 'good', given_up: 'bad' } as const

/** What became of an email, and why. */
export function MailState({ mail }: { mail: Mail }) {
  const texts = useTexts(outboxTexts)
  const whyFailed = useFailureWords()
  return (
    <>
      <Tag kind={deliveryColors[mail.state]}>{texts.states[mail.state]}</Tag>
      {mail.state !== 'delivered' && mail.last_error !== null && (
        <span className={`${classes.stack} ${classes.problem}`}>{whyFailed(mail.last_error)}</span>
      )}
      {mail.next_attempt_at !== null && mail.attempts > 0 && (
        <span className={`${classes.stack} ${classes.quiet}`}>
          {texts.nextAttempt} <Moment at={mail.next_attempt_at} relative />
        </span>
      )}
    </>
  )
}

/** Fetches all data about emails again. */
function useReload(): () => Promise<void> {
  const queries = useQueryClient()
  return async () => {
    await Promise.all([['outbox'], ['users', 'mail']].map((queryKey) => queries.invalidateQueries({ queryKey })))
  }
}

/**
 * Sends a waiting email now, or drops it.
 *
 * @param drop opens the dialog `drop` of the page, about this email
 */
export function MailActions({ mail, drop }: { mail: Mail; drop: AddressDialog<'drop'>['open'] }) {
  const texts = useTexts(outboxTexts)
  const reload = useReload()
  const params = { id: mail.id }
  return (
    <div className={classes.end}>
      <RowAction
        action={texts.retry}
        label={texts.retryOne(mail.to)}
        send={async () => {
          await act('POST /admin/outbox/:id/retry', { params })
          await reload()
        }}
        done={texts.retried}
      />
      <Button
        size="compact-sm"
        variant="default"
        aria-label={texts.dropOne(mail.to)}
        onClick={() => drop('drop', mail.id)}
      >
        {texts.drop}
      </Button>
    </div>
  )
}

/**
 * Asks before a waiting email is dropped. A page needs only one of these dialogs.
 *
 * @param mails the emails on the page
 * @param dialog the dialog of the page
 */
export function DropMail({ mails, dialog }: { mails: readonly Mail[]; dialog: AddressDialog<'drop'> }) {
  const texts = useTexts(outboxTexts)
  const reload = useReload()
  const mail = mails.find(({ id, state }) => id === dialog.subject && state === 'pending')
  if (dialog.shown === undefined || mail === undefined) return null
  return (
    <ConfirmDialog
      title={texts.dropTitle}
      lead={texts.dropLead(mail.to)}
      action={texts.dropAction}
      isDangerous
      close={dialog.close}
      send={() => act('POST /admin/outbox/:id/drop', { params: { id: mail.id } })}
      done={() => {
        notify(texts.dropped)
        return reload()
      }}
    />
  )
}
