import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { act } from '../administration/act.ts'
import { notify } from '../administration/notifications.tsx'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { ask } from '../api/api.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { Failed, Loading } from '../layout/states.tsx'
import { ButtonLink } from '../look/links.tsx'
import { Notice } from '../look/notice.tsx'
import { displayName } from '../session/session.ts'
import { useTexts } from '../texts/texts.tsx'
import { deleteUserTexts } from './delete-user-texts.ts'
import { userQuery } from './user.ts'

/** The number at which the server stops counting. */
const COUNTED = 1_000

/** Lists what is deleted together with a user, and deletes it all. */
export function DeleteUserPage() {
  const texts = useTexts(deleteUserTexts)
  const words = useFaultWords()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { id = '' } = useParams({ strict: false })
  const [typed, setTyped] = useState('')
  const loaded = useQuery(userQuery(id))
  const counted = useQuery({
    queryKey: ['users', 'dependents', id],
    queryFn: ({ signal }) => ask('GET /admin/users/:id/dependents', { params: { id }, signal }),
  })
  const user = loaded.data
  const submission = useSubmission({
    check: () => (typed.trim() === user?.username ? [] : [{ field: 'typed', fault: 'other', message: texts.mistyped }]),
    send: () => act('DELETE /admin/users/:id', { params: { id } }),
    done: async () => {
      notify(texts.deleted(user?.username ?? id))
      await navigate({ to: '/admin/users/' })
      queries.removeQueries({ queryKey: ['users', 'one', id] })
      await queries.invalidateQueries({ queryKey: ['users'] })
    },
  })
  const failure = loaded.error ?? counted.error
  const name = user === undefined ? `#${id}` : displayName(user)
  const amount = (count: number, words: (count: string) => string) =>
    count === 0 ? [] : [words(count >= COUNTED ? texts.orMore(COUNTED) : String(count))]
  return (
    <Page title={texts.title(name)} back={{ to: '/admin/users/', name: texts.back }}>
      <div style={{ maxInlineSize: '46rem' }}>
        <Panel>
          {failure !== null && (
            <Failed
              error={failure}
              retry={() => {
                void loaded.refetch()
                void counted.refetch()
              }}
            />
          )}
          {failure === null && (user === undefined || counted.data === undefined) && <Loading lines={5} />}
          {user !== undefined && counted.data !== undefined && (
            <>
              <p>{texts.lead}</p>
              <ul>
                <li>{texts.account(user.username)}</li>
                {amount(counted.data.sessions, texts.sessions).map(item)}
                {user.groups.length > 0 && <li>{texts.groups(user.groups.map(({ name }) => name).join(', '))}</li>}
                {user.user_permissions.length > 0 && <li>{texts.permissions(user.user_permissions.length)}</li>}
                {amount(counted.data.links, texts.links).map(item)}
                {amount(counted.data.mails, texts.mails).map(item)}
                {amount(counted.data.posts, texts.posts).map(item)}
              </ul>
              <p>{texts.kept}</p>
              {user.is_active && <Notice kind="info">{texts.alternative}</Notice>}
              <div style={{ marginBlockStart: '1.25rem' }}>
                <Form
                  submission={submission}
                  action={texts.action}
                  buttonProps={{ color: 'red.8' }}
                  beside={
                    <ButtonLink to="/admin/users/$id/" params={{ id }} variant="default">
                      {texts.cancel}
                    </ButtonLink>
                  }
                >
                  <TextField
                    label={texts.confirm(user.username)}
                    value={typed}
                    onChange={(text) => {
                      setTyped(text)
                      submission.changed('typed')
                    }}
                    autoComplete="off"
                    spellCheck={false}
                    error={words(submission.faultsOf('typed'))}
                  />
                </Form>
              </div>
            </>
          )}
        </Panel>
      </div>
    </Page>
  )
}

function item(text: string) {
  return <li key={text}>{text}</li>
}
