import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import classes from '../administration/details.module.css'
import { useMay } from '../administration/permissions.ts'
import { RecordPage } from '../administration/record-page.tsx'
import { ask } from '../api/api.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { TextLink } from '../look/links.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { DropMail, type Mail, MailActions, MailKind, MailState } from './mail-cells.tsx'
import { outboxTexts } from './outbox-texts.ts'

/** One email: its recipient, its state and the reason for it. The text of an email is never shown. */
export function MailPage() {
  const texts = useTexts(outboxTexts)
  const may = useMay()
  const mayChange = may('outbox.change')
  const dialog = useAddressDialog(mayChange ? ['drop'] : [])
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const mail = useQuery({
    queryKey: ['outbox', 'one', id],
    queryFn: ({ signal }) => ask('GET /admin/outbox/:id', { signal, params: { id } }),
  })
  const kinds: Record<string, string> = texts.kinds
  const at = (moment: string | null) => moment !== null && <Moment at={moment} full />
  return (
    <RecordPage
      title={texts.one}
      changing="outbox.change"
      back={{ to: '/admin/mail/', name: texts.title }}
      record={mail}
      titleOf={({ kind }: Mail) => kinds[kind] ?? kind}
      factsOf={(one) => [
        [
          texts.columns.to,
          <span key="to">
            {one.to}{' '}
            <span className={classes.quiet}>
              <TextLink to="/admin/mail/" search={{ to: one.to }} inherit>
                {texts.sameRecipient}
              </TextLink>
            </span>
          </span>,
        ],
        [texts.columns.kind, <MailKind key="kind" mail={one} />],
        [texts.columns.state, <MailState key="state" mail={one} />],
        [
          texts.account,
          one.account_id !== null &&
            (may('accounts.view') ? (
              <TextLink key="account" to="/admin/users/$id/" params={{ id: String(one.account_id) }} inherit>
                {texts.accountNumber(one.account_id)}
              </TextLink>
            ) : (
              texts.accountNumber(one.account_id)
            )),
        ],
        [texts.columns.queued, at(one.queued_at)],
        [texts.delivered, at(one.delivered_at)],
        [texts.givenUp, at(one.given_up_at)],
        [texts.expires, one.state === 'pending' && at(one.expires_at)],
        [texts.columns.attempts, String(one.attempts)],
        [
          texts.number,
          <span key="id" className={classes.code}>
            {one.id}
          </span>,
        ],
      ]}
      actionsOf={(one) =>
        mayChange &&
        one.state === 'pending' && (
          <>
            <MailActions mail={one} drop={dialog.open} />
            <DropMail mails={[one]} dialog={dialog} />
          </>
        )
      }
    />
  )
}
