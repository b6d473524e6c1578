import { Switch, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import type { FieldFault } from '../api/problem.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { TwoPanePicker } from '../forms/two-pane-picker.tsx'
import { groupChoices, type UserGroup, useFindPermissions } from '../groups/groups.ts'
import { Notice } from '../look/notice.tsx'
import { useTexts } from '../texts/texts.tsx'
import classes from './rights-fields.module.css'
import { rightsTexts } from './rights-texts.ts'

/** The chosen rights of a user, before they are sent. */
export type RightsDraft = {
  is_staff: boolean
  is_superuser: boolean
  groups: readonly string[]
  permissions: readonly string[]
}

export const noRights: RightsDraft = { is_staff: false, is_superuser: false, groups: [], permissions: [] }

/** The rights in the form that the API takes. */
export function rightsBody({ is_staff, is_superuser, groups, permissions }: RightsDraft) {
  return { is_staff, is_superuser, groups: groups.map(Number), user_permissions: [...permissions] }
}

type Props = {
  draft: RightsDraft
  change(part: Partial<RightsDraft>): void
  faultsOf(field: string): readonly FieldFault[]
  /** The groups whose names are known. */
  known?: readonly Pick<UserGroup, 'id' | 'name'>[]
}

/** Staff, superuser, groups and permissions, for superusers who grant them. */
export function RightsFields({ draft, change, faultsOf, known = [] }: Props) {
  const texts = useTexts(rightsTexts)
  const findPermissions = useFindPermissions()
  const words = useFaultWords()
  const holds = draft.groups.length + draft.permissions.length > 0
  const faultsIn = (field: string, chosen: readonly string[]) =>
    words([...faultsOf(field), ...chosen.flatMap((_, index) => faultsOf(`${field}/${index}`))])
  return (
    <>
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
      <RightsSubject title={texts.groups} lead={texts.groupsLead} fault={faultsIn('groups', draft.groups)}>
        <TwoPanePicker
          label={texts.groups}
          find={groupChoices}
          known={known.map(({ id, name }) => ({ value: String(id), label: name }))}
          chosen={draft.groups}
          change={(groups) => change({ groups })}
        />
      </RightsSubject>
      <RightsSubject
        title={texts.permissions}
        lead={texts.permissionsLead}
        fault={faultsIn('user_permissions', draft.permissions)}
      >
        <TwoPanePicker
          label={texts.permissions}
          find={findPermissions}
          chosen={draft.permissions}
          change={(permissions) => change({ permissions })}
        />
      </RightsSubject>
    </>
  )
}

type SubjectProps = { title: string; lead?: string; fault?: ReactNode; children: ReactNode }

/** A part of the rights, under its own heading. */
function RightsSubject({ title, lead, fault, children }: SubjectProps) {
  return (
    <div>
      <Title order={3}>{title}</Title>
      {lead && (
        <Text size="sm" c="dimmed">
          {lead}
        </Text>
      )}
      <div className={classes.subject}>{children}</div>
      {fault && (
        <Text size="sm" c="red" role="alert" tabIndex={-1} aria-invalid>
          {fault}
        </Text>
      )}
    </div>
  )
}
