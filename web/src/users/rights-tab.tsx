import { Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { act } from '../administration/act.ts'
import { Facts } from '../administration/facts.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { Form } from '../forms/form.tsx'
import { formTexts } from '../forms/form-texts.ts'
import { useSubmission } from '../forms/submission.ts'
import { Tags } from '../look/tags.tsx'
import { useMe } from '../session/session-gate.tsx'
import { useTexts } from '../texts/texts.tsx'
import { type RightsDraft, RightsFields, rightsBody } from './rights-fields.tsx'
import { rightsTexts } from './rights-texts.ts'
import { type User, userQuery, useUser } from './user.ts'

/** Staff, superuser, groups and permissions of a user. Superusers can change them; others can only view them. */
export function RightsTab() {
  const user = useUser()
  const texts = useTexts(rightsTexts)
  const me = useMe()
  const mayGrant = useMay()('superuser')
  return (
    <>
      {mayGrant && user.id !== me.id ? (
        <RightsForm key={user.id} user={user} />
      ) : (
        <HeldRights user={user} lead={mayGrant && texts.own} />
      )}
      <Panel title={texts.effective} lead={user.is_superuser ? texts.effectiveAll : texts.effectiveLead}>
        {user.permissions.length === 0 ? <Text c="dimmed">{texts.none}</Text> : <Tags names={user.permissions} />}
      </Panel>
    </>
  )
}

function draftOf(user: User): RightsDraft {
  return {
    is_staff: user.is_staff,
    is_superuser: user.is_superuser,
    groups: user.groups.map(({ id }) => String(id)),
    permissions: user.user_permissions,
  }
}

function RightsForm({ user }: { user: User }) {
  const texts = useTexts(rightsTexts)
  const queries = useQueryClient()
  const [draft, setDraft] = useState(() => draftOf(user))
  const [isSaved, setIsSaved] = useState(false)
  const change = (part: Partial<RightsDraft>) => {
    setDraft((all) => ({ ...all, ...part }))
    setIsSaved(false)
  }
  const submission = useSubmission({
    send: () => act('PATCH /admin/users/:id', { params: { id: user.id }, body: rightsBody(draft) }),
    done: (changed) => {
      queries.setQueryData(userQuery(String(user.id)).queryKey, changed)
      void queries.invalidateQueries({ queryKey: ['users', 'list'] })
      setDraft(draftOf(changed))
      setIsSaved(true)
    },
  })
  return (
    <Panel title={texts.title} lead={texts.lead}>
      <Form submission={submission} action={texts.save} said={isSaved && texts.saved}>
        <RightsFields draft={draft} change={change} faultsOf={submission.faultsOf} known={user.groups} />
      </Form>
    </Panel>
  )
}

function HeldRights({ user, lead }: { user: User; lead: ReactNode }) {
  const texts = useTexts(rightsTexts)
  const { yes, no } = useTexts(formTexts)
  const tags = (names: readonly string[]) => (names.length === 0 ? texts.none : <Tags names={names} />)
  return (
    <Panel title={texts.title} lead={lead}>
      <Facts
        facts={[
          [texts.staff, user.is_staff ? yes : no],
          [texts.superuser, user.is_superuser ? yes : no],
          [texts.groups, tags(user.groups.map(({ name }) => name))],
          [texts.permissions, tags(user.user_permissions)],
        ]}
      />
    </Panel>
  )
}
