import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { act } from '../administration/act.ts'
import { notify } from '../administration/notifications.tsx'
import { Page } from '../administration/page.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { Form } from '../forms/form.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { Failed, Loading } from '../layout/states.tsx'
import { Tags } from '../look/tags.tsx'
import { useTexts } from '../texts/texts.tsx'
import { type GroupDraft, GroupFields } from './group-fields.tsx'
import { GroupMembers } from './group-members.tsx'
import { groupQuery, type UserGroup } from './groups.ts'
import { groupsTexts } from './groups-texts.ts'

/** One group: what its members may do, and who they are. */
export function GroupPage() {
  const texts = useTexts(groupsTexts)
  const may = useMay()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { id = '' } = useParams({ strict: false })
  const loaded = useQuery(groupQuery(id))
  const dialog = useAddressDialog(may('superuser') ? ['delete'] : [])
  const back = { to: '/admin/groups/', name: texts.title } as const
  if (loaded.data === undefined) {
    return (
      <Page title={loaded.isError ? `#${id}` : '…'} back={back} key="waiting">
        <Panel>
          {loaded.isError ? <Failed error={loaded.error} retry={() => void loaded.refetch()} /> : <Loading lines={6} />}
        </Panel>
      </Page>
    )
  }
  const group = loaded.data
  return (
    <Page
      key="group"
      title={group.name}
      lead={group.description}
      back={back}
      changing="superuser"
      actions={
        may('superuser') && (
          <Button size="sm" variant="light" color="red" onClick={() => dialog.open('delete')}>
            {texts.delete}
          </Button>
        )
      }
    >
      {may('superuser') ? <GroupForm key={group.id} group={group} /> : <GroupFacts group={group} />}
      {may('accounts.view') && <GroupMembers group={group} />}
      {dialog.shown === 'delete' && (
        <ConfirmDialog
          title={texts.deleteTitle(group.name)}
          lead={texts.deleteLead}
          action={texts.delete}
          isDangerous
          close={dialog.close}
          send={() => act('DELETE /admin/groups/:id', { params: { id } })}
          done={async () => {
            notify(texts.deleted(group.name))
            await navigate({ to: '/admin/groups/' })
            queries.removeQueries({ queryKey: ['groups', 'one', id] })
            void queries.invalidateQueries({ queryKey: ['groups'] })
            void queries.invalidateQueries({ queryKey: ['users'] })
          }}
        />
      )}
    </Page>
  )
}

function GroupForm({ group }: { group: UserGroup }) {
  const texts = useTexts(groupsTexts)
  const queries = useQueryClient()
  const [draft, setDraft] = useState<GroupDraft>(group)
  const [isSaved, setIsSaved] = useState(false)
  const { name, description, permissions } = draft
  const submission = useSubmission({
    check: () => missing({ name }),
    send: () => act('PATCH /admin/groups/:id', { params: { id: group.id }, body: { name, description, permissions } }),
    done: (changed) => {
      queries.setQueryData(groupQuery(String(group.id)).queryKey, changed)
      void queries.invalidateQueries({ queryKey: ['groups'], predicate: ({ queryKey }) => queryKey[1] !== 'one' })
      setDraft(changed)
      setIsSaved(true)
    },
  })
  return (
    <Panel title={texts.details}>
      <Form submission={submission} action={texts.save} said={isSaved && texts.saved}>
        <GroupFields
          draft={draft}
          change={(part, field) => {
            setDraft((all) => ({ ...all, ...part }))
            setIsSaved(false)
            submission.changed(field)
          }}
          faultsOf={submission.faultsOf}
        />
      </Form>
    </Panel>
  )
}

function GroupFacts({ group }: { group: UserGroup }) {
  const texts = useTexts(groupsTexts)
  return (
    <Panel title={texts.permissions} lead={texts.lead}>
      {group.permissions.length === 0 ? texts.noPermissions : <Tags names={group.permissions} />}
    </Panel>
  )
}
