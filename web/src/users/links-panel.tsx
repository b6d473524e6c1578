import type { AnswerOf } from '@latchkey/client'
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Panel } from '../administration/panel.tsx'
import { ask } from '../api/api.ts'
import { Failed, Loading } from '../layout/states.tsx'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { Tag } from '../look/tag.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { userSignInTexts } from './sign-in-texts.ts'
import type { User } from './user.ts'

type Link = AnswerOf<'GET /admin/users/:id/links'>['links'][number]

const kinds = { valid: 'good', expired: 'plain', void: 'warning' } as const

/** The links that were mailed to a user and have not been used: when they were sent, and whether they still work. */
export function LinksPanel({ user }: { user: User }) {
  const texts = useTexts(userSignInTexts).links
  const listed = useQuery({
    queryKey: ['users', 'links', user.id],
    queryFn: ({ signal }) => ask('GET /admin/users/:id/links', { params: { id: user.id }, signal }),
  })
  const columns = useMemo((): Column<Link>[] => {
    const { purposes } = texts
    return [
      {
        name: 'purpose',
        label: texts.purpose,
        cell: ({ purpose }) =>
          Object.hasOwn(purposes, purpose) ? purposes[purpose as keyof typeof purposes] : purpose,
      },
      { name: 'email', label: texts.email, cell: ({ email }) => email },
      { name: 'created', label: texts.created, isSaid: true, cell: (link) => <Moment at={link.created_at} relative /> },
      { name: 'expires', label: texts.expires, isSaid: true, cell: (link) => <Moment at={link.expires_at} relative /> },
      {
        name: 'state',
        label: texts.state,
        cell: ({ state }) => (
          <span title={state === 'void' ? texts.voidHint : undefined}>
            <Tag kind={kinds[state]}>{texts.states[state]}</Tag>
          </span>
        ),
      },
    ]
  }, [texts])
  const links = listed.data?.links ?? []
  return (
    <Panel title={texts.title} lead={texts.lead} isFlush={links.length > 0}>
      {listed.isPending && <Loading lines={2} />}
      {listed.isError && <Failed error={listed.error} retry={() => void listed.refetch()} />}
      {listed.isSuccess && links.length === 0 && <Text c="dimmed">{texts.empty}</Text>}
      {links.length > 0 && (
        <RecordTable
          label={texts.title}
          rows={links}
          columns={columns}
          idOf={({ created_at, purpose, email }) => `${created_at} ${purpose} ${email}`}
          nameOf={({ purpose }) => purpose}
        />
      )}
    </Panel>
  )
}
