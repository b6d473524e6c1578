import { Button, Checkbox, Text, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { act } from '../administration/act.ts'
import { notify } from '../administration/notifications.tsx'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { Form } from '../forms/form.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { useTexts } from '../texts/texts.tsx'
import { newUserTexts } from './new-user-texts.ts'
import { bodyOf, emptyDraft } from './profile-draft.ts'
import { ProfileFormFields } from './profile-form-fields.tsx'
import { noRights, RightsFields, rightsBody } from './rights-fields.tsx'
import { rightsTexts } from './rights-texts.ts'
import { userTexts } from './user-texts.ts'

/** Creates an account, with a password or without one. */
export function NewUserPage() {
  const texts = useTexts(newUserTexts)
  const { back } = useTexts(userTexts)
  const words = useTexts(rightsTexts)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [draft, setDraft] = useState(emptyDraft)
  const [hasPassword, setHasPassword] = useState(true)
  const [password, setPassword] = useState('')
  const [rights, setRights] = useState(noRights)
  const mayGrant = useMay()('superuser')

  const submission = useSubmission({
    check: () => [
      ...(draft.username || draft.email || draft.first_name || draft.last_name ? [] : missing({ username: '' })),
      ...missing(hasPassword ? { password } : {}),
    ],
    send: () =>
      act('POST /admin/users', {
        body: {
          ...bodyOf(draft),
          username: draft.username || undefined,
          ...(hasPassword && { password }),
          // One request, so that the account never exists without its rights.
          ...(mayGrant && rightsBody(rights)),
        },
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
      setRights(noRights)
      submission.formRef.current?.querySelector('input')?.focus()
    },
  })

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
                change={setPassword}
                submission={submission}
                owner={{
                  username: draft.username,
                  email: draft.email,
                  first_name: draft.first_name,
                  last_name: draft.last_name,
                }}
              />
            )}
            {mayGrant && (
              <>
                <div>
                  <Title order={2} size="h3">
                    {words.title}
                  </Title>
                  <Text size="sm" c="dimmed">
                    {words.lead}
                  </Text>
                </div>
                <RightsFields
                  draft={rights}
                  change={(part) => {
                    setRights((all) => ({ ...all, ...part }))
                    submission.changed('groups')
                  }}
                  faultsOf={submission.faultsOf}
                />
              </>
            )}
          </Form>
        </Panel>
      </div>
    </Page>
  )
}
