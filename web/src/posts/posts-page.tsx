import type { AnswerOf } from '@latchkey/client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { ask } from '../api/api.ts'
import { AccountLink } from '../events/event-words.tsx'
import { Filters } from '../lists/filters.tsx'
import { ListPages } from '../lists/list-pages.tsx'
import { useListState } from '../lists/list-state.ts'
import { type Column, RecordTable } from '../lists/record-table.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { postsTexts } from './posts-texts.ts'

type Post = AnswerOf<'GET /admin/posts'>['posts'][number]

/** The posts of the sample application. */
export function PostsPage() {
  const texts = useTexts(postsTexts)
  const state = useListState('posts')
  const { author, search } = state.values
  const query = { ...(search && { search }), ...(author && { author }), ...(state.at && { before: Number(state.at) }) }
  const page = useQuery({
    queryKey: ['posts', 'list', query],
    queryFn: ({ signal }) => ask('GET /admin/posts', { signal, query }),
    placeholderData: keepPreviousData,
  })
  const columns = useMemo(
    (): Column<Post>[] => [
      { name: 'title', label: texts.columns.title, cell: ({ title }) => title || texts.untitled },
      {
        name: 'author',
        label: texts.columns.author,
        cell: (post) => <AccountLink id={post.author_id} username={post.author} />,
      },
      {
        name: 'created',
        label: texts.columns.created,
        isSaid: true,
        cell: (post) => <Moment at={post.created_at} relative />,
      },
      {
        name: 'changed',
        label: texts.columns.changed,
        cell: (post) => post.updated_at !== post.created_at && <Moment at={post.updated_at} relative />,
        isWide: true,
      },
    ],
    [texts],
  )
  return (
    <Page title={texts.title} lead={texts.lead}>
      <Panel isFlush>
        <Filters
          state={state}
          search={{ name: 'search', label: texts.search }}
          filters={[{ kind: 'text', name: 'author', label: texts.author }]}
        />
        <ListPages
          state={state}
          page={page}
          rowsOf={({ posts }) => posts}
          nextOf={({ next }) => next}
          empty={{ icon: 'post', title: texts.empty }}
        >
          {({ posts }) => (
            <RecordTable
              label={texts.title}
              rows={posts}
              columns={columns}
              idOf={({ id }) => String(id)}
              nameOf={({ title }) => title}
              linkOf={({ id }) => ({ to: '/admin/posts/$id/', params: { id: String(id) } })}
              isStale={page.isPlaceholderData}
            />
          )}
        </ListPages>
      </Panel>
    </Page>
  )
}
