import type { AnswerOf } from '@latchkey/client'
import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AdminIcon } from '../administration/admin-icon.tsx'
import { useFailureWords } from '../administration/failure-words.ts'
import { Panel } from '../administration/panel.tsx'
import { ask } from '../api/api.ts'
import { Failed } from '../layout/states.tsx'
import { TextLink } from '../look/links.tsx'
import { Tag } from '../look/tag.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import classes from './attention-panel.module.css'
import { attentionTexts } from './attention-texts.ts'
import { overviewTexts } from './overview-texts.ts'

type Item = AnswerOf<'GET /admin/attention'>['items'][number]

/** Advice beyond this number is shown on request. Problems are always shown. */
const SHOWN = 4

/** How often the list is fetched while the page is open, in milliseconds. */
const AGAIN_MS = 60_000

/** Problems and risks, each with a link to the place where it can be fixed. */
export function AttentionPanel() {
  const texts = useTexts(overviewTexts).attention
  const [isAll, setIsAll] = useState(false)
  const listed = useQuery({
    queryKey: ['attention'],
    queryFn: ({ signal }) => ask('GET /admin/attention', { signal }),
    refetchInterval: AGAIN_MS,
  })
  const items = [...(listed.data?.items ?? [])].sort(worstFirst)
  const problems = items.filter(({ severity }) => severity === 'problem').length
  const shown = isAll ? items : items.slice(0, Math.max(problems, SHOWN))
  // Usually all is well, so this way nothing moves when the response arrives.
  if (listed.isPending) {
    return (
      <Panel>
        <div className={classes.calm} aria-hidden="true">
          <Skeleton circle height={24} />
          <div className={classes.words}>
            <p className={classes.title}>
              <Skeleton component="span" display="inline-block" height={14} width="11rem" />
            </p>
            <p className={classes.message}>
              <Skeleton component="span" display="inline-block" height={12} width="80%" />
            </p>
          </div>
        </div>
      </Panel>
    )
  }
  if (listed.isSuccess && items.length === 0) {
    return (
      <Panel>
        <div className={classes.calm}>
          <AdminIcon name="check" size={24} className={classes.calmIcon} />
          <div>
            <p className={classes.title}>{texts.calm}</p>
            <p className={classes.message}>{texts.calmLead}</p>
          </div>
        </div>
      </Panel>
    )
  }
  return (
    <Panel title={texts.title}>
      {listed.isError && <Failed error={listed.error} retry={() => void listed.refetch()} />}
      <ul className={classes.list}>
        {shown.map((item) => (
          <AttentionRow key={`${item.code} ${item.subject}`} item={item} />
        ))}
      </ul>
      {shown.length < items.length && (
        <Button size="compact-sm" variant="subtle" mt="xs" onClick={() => setIsAll(true)}>
          {texts.more(items.length - shown.length)}
        </Button>
      )}
    </Panel>
  )
}

function AttentionRow({ item: { kind, code, params, severity, message, since, subject } }: { item: Item }) {
  const texts = useTexts(overviewTexts).attention
  const { words } = useTexts(attentionTexts)
  const whyFailing = useFailureWords()
  const param = (name: string) => (name === 'error' ? whyFailing(params.error ?? '') : (params[name] ?? ''))
  // A newer server may know more than these pages do.
  const sentence = Object.hasOwn(words, code) ? words[code](param) : message
  return (
    <li className={classes.item}>
      <Tag kind={severity === 'problem' ? 'bad' : 'warning'}>
        {severity === 'problem' ? texts.problem : texts.advice}
      </Tag>
      <div className={classes.words}>
        <p className={classes.title}>
          {kind === 'setting' ? subject : texts.kinds[kind]}
          {since !== null && (
            <span className={classes.since}>
              {texts.since} <Moment at={since} />
            </span>
          )}
        </p>
        <p className={classes.message}>{sentence}</p>
      </div>
      <Cure kind={kind} subject={subject} />
    </li>
  )
}

function Cure({ kind, subject }: Pick<Item, 'kind' | 'subject'>) {
  const texts = useTexts(overviewTexts).attention
  const words = texts.cures[kind]
  switch (kind) {
    case 'mail_failing':
    case 'mail_late':
      return <TextLink to="/admin/mail/">{words}</TextLink>
    case 'webhook_failing':
      return (
        <TextLink to="/admin/webhooks/$id/" params={{ id: subject ?? '' }}>
          {words}
        </TextLink>
      )
    case 'key_due':
    case 'keys_unusable':
      return <TextLink to="/admin/keys/">{words}</TextLink>
    case 'setting':
      return <TextLink to="/admin/settings/">{words}</TextLink>
  }
}

function worstFirst(one: Item, other: Item): number {
  return Number(other.severity === 'problem') - Number(one.severity === 'problem')
}
