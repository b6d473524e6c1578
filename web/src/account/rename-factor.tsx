import { Button } from '@mantine/core'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { dialogTexts } from '../dialogs/dialog-texts.ts'
import { enrolmentTexts } from '../factors/enrolment-texts.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { useTexts } from '../texts/texts.tsx'

type Props = { factor: { id: string; name: string }; done(): Promise<void>; close(): void }

/** Gives a factor another name, so that its owner can tell it from the others. */
export function RenameFactor({ factor, done, close }: Props) {
  const texts = useTexts(enrolmentTexts)
  const { cancel } = useTexts(dialogTexts)
  const words = useFaultWords()
  const [name, setName] = useState(factor.name)
  const submission = useSubmission({
    send: () => ask('PATCH /me/factors/:id', { params: { id: factor.id }, body: { name: name.trim() } }),
    done,
  })
  return (
    <Dialog title={texts.rename} close={close} size="sm">
      <Form
        submission={submission}
        action={texts.saveName}
        cancel={
          <Button variant="default" onClick={close}>
            {cancel}
          </Button>
        }
      >
        <TextField
          name="name"
          label={texts.name}
          value={name}
          onChange={(text) => {
            setName(text)
            submission.changed('name')
          }}
          autoComplete="off"
          autoFocus
          error={words(submission.faultsOf('name'))}
        />
      </Form>
    </Dialog>
  )
}
