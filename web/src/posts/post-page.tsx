import type { AnswerOf } from '@latchkey/client'
import { Button, Textarea } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { act } from '../administration/act.ts'
import details from '../administration/details.module.css'
import { notify } from '../administration/notifications.tsx'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { ask } from '../api/api.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { AccountLink } from '../events/event-words.tsx'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { Failed, Loading } from '../layout/states.tsx'
import { Moment } from '../texts/moment.tsx'
import { useTexts } from '../texts/texts.tsx'
import { postsTexts } from './posts-texts.ts'

type Post = AnswerOf<'GET /admin/posts/:id'>

/** One post, to be changed or deleted. */
export function PostPage() {
  const texts = useTexts(postsTexts)
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const post = useQuery({
    queryKey: ['posts', id],
    queryFn: ({ signal }) => ask('GET /admin/posts/:id', { signal, params: { id } }),
  })
  const back = { to: '/admin/posts/', name: texts.title } as const
  if (post.isSuccess) return <Loaded key={post.data.updated_at} post={post.data} />
  return (
    <Page title={texts.title} back={back}>
      <Panel>
        {post.isPending && <Loading lines={6} />}
        {post.isError && <Failed error={post.error} retry={() => void post.refetch()} />}
      </Panel>
    </Page>
  )
}

function Loaded({ post }: { post: Post }) {
  const texts = useTexts(postsTexts)
  const words = useFaultWords()
  const may = useMay()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [title, setTitle] = useState(post.title)
  const [content, setContent] = useState(post.content)
  const dialog = useAddressDialog(may('posts.delete') ? ['delete'] : [])
  const params = { id: String(post.id) }
  const submission = useSubmission({
    check: () => missing({ title, content }),
    send: () => act('PATCH /admin/posts/:id', { params, body: { title, content } }),
    done: async (changed) => {
      notify(texts.saved)
      queries.setQueryData(['posts', params.id], changed)
      await queries.invalidateQueries({ queryKey: ['posts', 'list'] })
    },
  })
  const mayChange = may('posts.change')
  return (
    <Page
      title={post.title || texts.untitled}
      back={{ to: '/admin/posts/', name: texts.title }}
      changing="posts.change"
      lead={
        <>
          {texts.by} <AccountLink id={post.author_id} username={post.author} />, <Moment at={post.created_at} />
        </>
      }
      actions={
        may('posts.delete') && (
          <Button size="sm" variant="default" onClick={() => dialog.open('delete')}>
            {texts.remove}
          </Button>
        )
      }
    >
      <Panel>
        {mayChange ? (
          <Form submission={submission} action={texts.save}>
            <TextField
              name="title"
              label={texts.postTitle}
              value={title}
              onChange={(text) => {
                setTitle(text)
                submission.changed('title')
              }}
              error={words(submission.faultsOf('title'))}
              maxLength={200}
            />
            <Textarea
              label={texts.content}
              value={content}
              onChange={(event) => {
                setContent(event.currentTarget.value)
                submission.changed('content')
              }}
              error={words(submission.faultsOf('content'))}
              rows={10}
            />
          </Form>
        ) : (
          <p className={details.text}>{post.content}</p>
        )}
      </Panel>
      {dialog.shown === 'delete' && (
        <ConfirmDialog
          title={texts.removeTitle}
          lead={texts.removeLead}
          action={texts.removeAction}
          isDangerous
          close={dialog.close}
          send={() => act('DELETE /admin/posts/:id', { params })}
          done={async () => {
            notify(texts.removed)
            await navigate({ to: '/admin/posts/' })
            queries.removeQueries({ queryKey: ['posts', params.id] })
            await queries.invalidateQueries({ queryKey: ['posts', 'list'] })
          }}
        />
      )}
    </Page>
  )
}
