import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { act } from '../administration/act.ts'
import { notify } from '../administration/notifications.tsx'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { Form } from '../forms/form.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { useTexts } from '../texts/texts.tsx'
import { type GroupDraft, GroupFields } from './group-fields.tsx'
import { groupsTexts } from './groups-texts.ts'

const emptyDraft: GroupDraft = { name: '', description: '', permissions: [] }

/** Creates a group. */
export function NewGroupPage() {
  const texts = useTexts(groupsTexts)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [draft, setDraft] = useState(emptyDraft)
  const submission = useSubmission({
    check: () => missing({ name: draft.name }),
    send: () => act('POST /admin/groups', { body: draft }),
    done: async (created, pressed) => {
      notify(texts.created(created.name))
      void queries.invalidateQueries({ queryKey: ['groups'] })
      if (pressed !== 'another') {
        await navigate({ to: '/admin/groups/$id/', params: { id: String(created.id) } })
        return
      }
      setDraft(emptyDraft)
      submission.formRef.current?.querySelector('input')?.focus()
    },
  })
  return (
    <Page title={texts.new} back={{ to: '/admin/groups/', name: texts.title }}>
      <Panel title={texts.details}>
        <Form
          submission={submission}
          action={texts.createAction}
          beside={
            <Button type="submit" value="another" variant="default">
              {texts.another}
            </Button>
          }
        >
          <GroupFields
            draft={draft}
            change={(part, field) => {
              setDraft((all) => ({ ...all, ...part }))
              submission.changed(field)
            }}
            faultsOf={submission.faultsOf}
          />
        </Form>
      </Panel>
    </Page>
  )
}
