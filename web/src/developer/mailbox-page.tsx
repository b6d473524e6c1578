import { Button, SegmentedControl } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Empty } from '../layout/empty.tsx'
import { Failed, Loading } from '../layout/states.tsx'
import { clsx } from '../look/clsx.ts'
import { addressOf } from '../site/address.ts'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { DeveloperLayout } from './developer-layout.tsx'
import { developerTexts } from './developer-texts.ts'
import { readOwn } from './development-files.ts'
import classes from './mailbox-page.module.css'

type Mail = {
  id: string
  from: string
  to: string
  subject: string
  text: string
  links: string[]
  queued_at: string
}

const mailsQuery = queryOptions({
  queryKey: ['mailbox'],
  queryFn: async () => (JSON.parse(await readOwn('/dev/mailbox.json')) as { messages: Mail[] }).messages,
  refetchInterval: 5_000,
})

/** The emails that would have been sent, as they will appear. */
export function MailboxPage() {
  const texts = useTexts(developerTexts).mailbox
  const mails = useQuery(mailsQuery)
  const [chosenId, setChosenId] = useState<string>()
  const chosen = mails.data?.find(({ id }) => id === chosenId) ?? mails.data?.[0]
  return (
    <DeveloperLayout
      title={texts.title}
      lead={texts.lead}
      actions={
        <Button variant="default" size="sm" loading={mails.isFetching} onClick={() => void mails.refetch()}>
          {texts.reload}
        </Button>
      }
    >
      <div className={classes.box}>
        {(mails.isPending || mails.isError) && (
          <div className={classes.waiting}>
            {mails.isError ? <Failed error={mails.error} retry={() => void mails.refetch()} /> : <Loading lines={6} />}
          </div>
        )}
        {mails.data?.length === 0 && (
          <Empty icon="mail" title={texts.empty}>
            {texts.emptyLead}
          </Empty>
        )}
        {mails.data && chosen && (
          <div className={classes.columns}>
            <ul className={classes.list} aria-label={texts.choose}>
              {mails.data.map((mail) => (
                <li key={mail.id}>
                  <button
                    type="button"
                    className={clsx(classes.item, mail.id === chosen.id && classes.chosen)}
                    aria-current={mail.id === chosen.id}
                    onClick={() => setChosenId(mail.id)}
                  >
                    <span className={classes.subject}>{mail.subject}</span>
                    <span className={classes.detail}>
                      {mail.to} · <Moment at={mail.queued_at} relative />
                    </span>
                  </button>
                </li>
              ))}
            </ul>
            <MailView key={chosen.id} mail={chosen} />
          </div>
        )}
      </div>
    </DeveloperLayout>
  )
}

function MailView({ mail }: { mail: Mail }) {
  const texts = useTexts(developerTexts).mailbox
  const [form, setForm] = useState('html')
  return (
    <article className={classes.mail}>
      <h2 className={classes.title}>{mail.subject}</h2>
      <dl className={classes.facts}>
        <dt>{texts.from}</dt>
        <dd>{mail.from}</dd>
        <dt>{texts.to}</dt>
        <dd>{mail.to}</dd>
        <dt>{texts.at}</dt>
        <dd>
          <Moment at={mail.queued_at} />
        </dd>
      </dl>
      <SegmentedControl
        size="xs"
        value={form}
        onChange={setForm}
        data={[
          { value: 'html', label: texts.asHtml },
          { value: 'text', label: texts.asText },
        ]}
      />
      {form === 'html' ? (
        <iframe
          className={classes.frame}
          title={texts.frame}
          src={addressOf(`/dev/mailbox/${mail.id}`)}
          sandbox="allow-top-navigation-by-user-activation"
        />
      ) : (
        <pre className={classes.text}>{mail.text}</pre>
      )}
      {mail.links.length > 0 && (
        <section>
          <h3 className={classes.subtitle}>{texts.links}</h3>
          <ul className={classes.links}>
            {mail.links.map((link) => (
              <li key={link}>
                <a href={link}>{link}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </article>
  )
}
