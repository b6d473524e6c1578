import { Button, Checkbox } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { act } from '../administration/act.ts'
import { notify } from '../administration/notifications.tsx'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { Form } from '../forms/form.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { useTexts } from '../texts/texts.tsx'
import { newUserTexts } from './new-user-texts.ts'
import { bodyOf, emptyDraft } from './profile-draft.ts'
import { ProfileFormFields } from './profile-form-fields.tsx'
import { userTexts } from './user-texts.ts'

/** Creates an account, with a password or without one. */
export function NewUserPage() {
  const texts = useTexts(newUserTexts)
  const { back } = useTexts(userTexts)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [draft, setDraft] = useState(emptyDraft)
  const [hasPassword, setHasPassword] = useState(true)
  const [password, setPassword] = useState('')

  const submission = useSubmission({
    check: () => [
      ...(draft.username || draft.email || draft.first_name || draft.last_name ? [] : missing({ username: '' })),
      ...missing(hasPassword ? { password } : {}),
    ],
    send: () =>
      act('POST /admin/users', {
        body: { ...bodyOf(draft), username: draft.username || undefined, ...(hasPassword && { password }) },
      }),
    done: async (created, pressed) => {
      notify(texts.created(created.username))
      void queries.invalidateQueries({ queryKey: ['users'] })
      if (pressed !== 'another') {
        await navigate({ to: '/admin/users/$id/', params: { id: String(created.id) } })
        return
      }
      setDraft(emptyDraft)
      setPassword('')
      submission.formRef.current?.querySelector('input')?.focus()
    },
  })
  function change<T>(set: (value: T) => void, field: string): (value: T) => void {
    return (value) => {
      set(value)
      submission.changed(field)
    }
  }

  return (
    <Page title={texts.title} back={{ to: '/admin/users/', name: back }}>
      <div style={{ maxInlineSize: '46rem' }}>
        <Panel>
          <Form
            submission={submission}
            action={texts.action}
            beside={
              <Button type="submit" value="another" variant="default">
                {texts.another}
              </Button>
            }
          >
            <ProfileFormFields
              draft={draft}
              change={(part, field) => {
                setDraft((all) => ({ ...all, ...part }))
                submission.changed(field)
              }}
              faultsOf={submission.faultsOf}
              isNew
            />
            <Checkbox
              label={texts.withPassword}
              description={texts.withPasswordHint}
              checked={hasPassword}
              onChange={(event) => setHasPassword(event.currentTarget.checked)}
            />
            {hasPassword && (
              <NewPasswordField
                label={texts.password}
                value={password}
                onChange={change(setPassword, 'password')}
                faults={submission.faultsOf('password')}
                owner={{
                  username: draft.username,
                  email: draft.email,
                  first_name: draft.first_name,
                  last_name: draft.last_name,
                }}
              />
            )}
          </Form>
        </Panel>
      </div>
    </Page>
  )
}
