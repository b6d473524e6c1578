import { Button, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { asProblem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { PasswordField } from '../forms/password-field.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { useDocumentTitle } from '../layout/document-title.ts'
import { MoreIcon } from '../look/more-icon.tsx'
import { Notice } from '../look/notice.tsx'
import { signOut } from '../session/session.ts'
import { whenRecent } from '../session/step-up.ts'
import { useTexts } from '../texts/texts.tsx'
import { PageHeading } from './account-layout.tsx'
import { dataTexts } from './data-texts.ts'
import { Section } from './section.tsx'

/** A copy of everything stored about the owner, and how to delete the account. */
export function DataPage() {
  const texts = useTexts(dataTexts)
  useDocumentTitle(texts.title)
  return (
    <>
      <PageHeading title={texts.title} lead={texts.lead} />
      <ExportSection />
      <DeleteSection />
    </>
  )
}

function ExportSection() {
  const texts = useTexts(dataTexts).export
  const words = useProblemWords()
  const load = useMutation({
    mutationFn: () => ask('GET /me/export'),
    onSuccess: (data) => save(`${texts.file}.json`, JSON.stringify(data, undefined, 2)),
  })
  return (
    <Section title={texts.title} lead={texts.lead}>
      <Stack gap="md" align="flex-start">
        {load.isError && <Notice kind="problem">{words(asProblem(load.error))}</Notice>}
        <Button
          variant="default"
          leftSection={<MoreIcon name="download" size={18} />}
          loading={load.isPending}
          onClick={() => load.mutate()}
        >
          {texts.action}
        </Button>
      </Stack>
    </Section>
  )
}

function DeleteSection() {
  const texts = useTexts(dataTexts).delete
  const dialog = useAddressDialog(['delete'])
  return (
    <Section title={texts.title} lead={texts.lead}>
      <Button variant="light" color="red" onClick={() => dialog.open('delete')}>
        {texts.open}
      </Button>
      {dialog.shown && (
        <Dialog title={texts.confirmTitle} close={dialog.close}>
          <DeleteForm cancel={dialog.close} />
        </Dialog>
      )}
    </Section>
  )
}

function DeleteForm({ cancel }: { cancel(): void }) {
  const texts = useTexts(dataTexts).delete
  const words = useFaultWords()
  const queries = useQueryClient()
  const router = useRouter()
  const [password, setPassword] = useState('')
  const submission = useSubmission({
    check: () => missing({ password }),
    send: () => whenRecent(() => ask('DELETE /me', { body: { password } })),
    done: async () => {
      await signOut(queries)
      await router.navigate({ to: '/signed-out/', search: { reason: 'deleted' }, replace: true })
    },
  })
  return (
    <Stack gap="lg">
      <Text c="dimmed">{texts.confirmLead}</Text>
      <Form
        submission={submission}
        action={texts.action}
        buttonProps={{ color: 'red.8' }}
        cancel={
          <Button variant="default" onClick={cancel}>
            {texts.cancel}
          </Button>
        }
      >
        <PasswordField
          label={texts.password}
          value={password}
          onChange={(text) => {
            setPassword(text)
            submission.changed('password')
          }}
          autoComplete="current-password"
          error={words(submission.faultsOf('password'))}
        />
      </Form>
    </Stack>
  )
}

/** Makes the browser save a text as a file. */
function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
