import { Stack, Switch, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { act } from '../administration/act.ts'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/submission.ts'
import { Tag } from '../look/tag.tsx'
import { useMe } from '../session/session-gate.tsx'
import { useTexts } from '../texts/texts.tsx'
import { type RightsDraft, RightsFields, RightsSubject, rightsBody } from './rights-fields.tsx'
import classes from './rights-tab.module.css'
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
        <HeldRights user={user} why={user.id === me.id ? texts.own : texts.readOnly} />
      )}
      <Panel title={texts.effective} lead={user.is_superuser ? texts.effectiveAll : texts.effectiveLead}>
        {user.permissions.length === 0 ? (
          <Text c="dimmed">{texts.none}</Text>
        ) : (
          <ul className={classes.tags}>
            {user.permissions.map((name) => (
              <li key={name}>
                <Tag kind="plain">{name}</Tag>
              </li>
            ))}
          </ul>
        )}
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

function HeldRights({ user, why }: { user: User; why: string }) {
  const texts = useTexts(rightsTexts)
  return (
    <Panel title={texts.title} lead={why}>
      <Stack gap="md">
        <Switch label={texts.staff} description={texts.staffHint} checked={user.is_staff} disabled readOnly />
        <Switch
          label={texts.superuser}
          description={texts.superuserHint}
          checked={user.is_superuser}
          disabled
          readOnly
        />
        <RightsSubject title={texts.groups}>
          <Text>{user.groups.map(({ name }) => name).join(', ') || texts.none}</Text>
        </RightsSubject>
        <RightsSubject title={texts.permissions}>
          <Text>{user.user_permissions.join(', ') || texts.none}</Text>
        </RightsSubject>
      </Stack>
    </Panel>
  )
}
