import { Stack, Switch, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { act } from '../administration/act.ts'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/submission.ts'
import { TwoPanePicker } from '../forms/two-pane-picker.tsx'
import { groupsQuery, permissionsQuery } from '../groups/groups.ts'
import { Notice } from '../look/notice.tsx'
import { Tag } from '../look/tag.tsx'
import { useMe } from '../session/session-gate.tsx'
import { useTexts } from '../texts/texts.tsx'
import classes from './rights-tab.module.css'
import { rightsTexts } from './rights-texts.ts'
import { type User, userQuery, useUser } from './user.ts'

/** Staff, superuser, groups and permissions of a user. Superusers change them; others look at them. */
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

type Draft = { is_staff: boolean; is_superuser: boolean; groups: readonly string[]; permissions: readonly string[] }

function draftOf(user: User): Draft {
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
  const groups = useQuery(groupsQuery)
  const permissions = useQuery(permissionsQuery)
  const [draft, setDraft] = useState(() => draftOf(user))
  const [isSaved, setIsSaved] = useState(false)
  const change = (part: Partial<Draft>) => {
    setDraft((all) => ({ ...all, ...part }))
    setIsSaved(false)
  }
  const submission = useSubmission({
    send: () =>
      act('PATCH /admin/users/:id', {
        params: { id: user.id },
        body: {
          is_staff: draft.is_staff,
          is_superuser: draft.is_superuser,
          groups: draft.groups.map(Number),
          user_permissions: draft.permissions,
        },
      }),
    done: (changed) => {
      queries.setQueryData(userQuery(String(user.id)).queryKey, changed)
      void queries.invalidateQueries({ queryKey: ['users', 'list'] })
      setDraft(draftOf(changed))
      setIsSaved(true)
    },
  })
  const holds = draft.groups.length + draft.permissions.length > 0
  return (
    <Panel title={texts.title} lead={texts.lead}>
      <Form
        submission={submission}
        action={texts.save}
        after={isSaved && <Notice kind="success">{texts.saved}</Notice>}
      >
        <Switch
          label={texts.staff}
          description={texts.staffHint}
          checked={draft.is_staff}
          onChange={(event) => change({ is_staff: event.currentTarget.checked })}
        />
        <Switch
          label={texts.superuser}
          description={texts.superuserHint}
          checked={draft.is_superuser}
          onChange={(event) => change({ is_superuser: event.currentTarget.checked })}
        />
        {holds && !draft.is_staff && <Notice kind="warning">{texts.noStaffWarning}</Notice>}
        <Subject title={texts.groups} lead={texts.groupsLead}>
          <TwoPanePicker
            label={texts.groups}
            choices={(groups.data ?? user.groups).map(({ id, name }) => ({ value: String(id), label: name }))}
            chosen={draft.groups}
            change={(chosen) => change({ groups: chosen })}
          />
        </Subject>
        <Subject title={texts.permissions} lead={texts.permissionsLead}>
          <TwoPanePicker
            label={texts.permissions}
            choices={(permissions.data ?? []).map(({ name, description }) => ({
              value: name,
              label: name,
              description,
            }))}
            chosen={draft.permissions}
            change={(chosen) => change({ permissions: chosen })}
          />
        </Subject>
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
        <Subject title={texts.groups}>
          <Text>{user.groups.map(({ name }) => name).join(', ') || texts.none}</Text>
        </Subject>
        <Subject title={texts.permissions}>
          <Text>{user.user_permissions.join(', ') || texts.none}</Text>
        </Subject>
      </Stack>
    </Panel>
  )
}

function Subject({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <div>
      <Title order={3}>{title}</Title>
      {lead && (
        <Text size="sm" c="dimmed">
          {lead}
        </Text>
      )}
      <div className={classes.subject}>{children}</div>
    </div>
  )
}
