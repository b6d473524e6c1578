import { Button, Text, Textarea, Title } from '@mantine/core'
import { useState } from 'react'
import type { FieldFault } from '../api/problem.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { Label, TextField } from '../forms/text-field.tsx'
import { TwoPanePicker } from '../forms/two-pane-picker.tsx'
import { useTexts } from '../texts/texts.tsx'
import classes from './group-fields.module.css'
import { useFindPermissions } from './groups.ts'
import { groupsTexts } from './groups-texts.ts'

/** What was typed about a group, before it is sent. */
export type GroupDraft = { name: string; description: string; permissions: readonly string[] }

type Props = {
  draft: GroupDraft
  change(part: Partial<GroupDraft>, field: string): void
  faultsOf(field: string): readonly FieldFault[]
}

/** The fields of a group: its name, what it is for, and what its members may do. */
export function GroupFields({ draft, change, faultsOf }: Props) {
  const texts = useTexts(groupsTexts)
  const findPermissions = useFindPermissions()
  const words = useFaultWords()
  const [own, setOwn] = useState('')
  const permissionFaults = draft.permissions.flatMap((_, index) => faultsOf(`permissions/${index}`))

  function addOwn(): void {
    const name = own.trim()
    if (name === '') return
    if (!draft.permissions.includes(name)) change({ permissions: [...draft.permissions, name] }, 'permissions')
    setOwn('')
  }

  return (
    <>
      <TextField
        name="name"
        label={texts.name}
        value={draft.name}
        onChange={(name) => change({ name }, 'name')}
        error={words(faultsOf('name'))}
        autoComplete="off"
      />
      <Textarea
        label={<Label isOptional>{texts.description}</Label>}
        size="md"
        rows={2}
        value={draft.description}
        onChange={(event) => change({ description: event.currentTarget.value }, 'description')}
        error={words(faultsOf('description'))}
      />
      <div>
        <Title order={3}>{texts.permissions}</Title>
        <Text size="sm" c="dimmed" mb="xs">
          {texts.permissionsLead}
        </Text>
        <TwoPanePicker
          label={texts.permissions}
          find={findPermissions}
          chosen={draft.permissions}
          change={(chosen) => change({ permissions: chosen }, 'permissions')}
        />
      </div>
      <div className={classes.own}>
        <TextField
          label={texts.ownPermission}
          description={texts.ownPermissionHint}
          value={own}
          onChange={setOwn}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            // Enter adds the permission; it does not send the form.
            event.preventDefault()
            addOwn()
          }}
          isOptional
          autoComplete="off"
          spellCheck={false}
          error={words([...faultsOf('permissions'), ...permissionFaults])}
        />
        <Button variant="default" onClick={addOwn}>
          {texts.addPermission}
        </Button>
      </div>
    </>
  )
}
