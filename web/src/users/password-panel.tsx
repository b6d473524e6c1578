import { Button, Group, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { act } from '../administration/act.ts'
import { notify } from '../administration/notifications.tsx'
import { Panel } from '../administration/panel.tsx'
import { useMay } from '../administration/permissions.ts'
import { useAddressDialog } from '../dialogs/address-dialog.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { Dialog } from '../dialogs/dialog.tsx'
import { dialogTexts } from '../dialogs/dialog-texts.ts'
import { Form } from '../forms/form.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { displayName } from '../session/session.ts'
import { useMe } from '../session/session-gate.tsx'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { userSignInTexts } from './sign-in-texts.ts'
import { type User, useMayReach } from './user.ts'

/** Whether there is a password, and what an administrator can do about it. */
export function PasswordPanel({ user }: { user: User }) {
  const texts = useTexts(userSignInTexts).password
  const may = useMay()
  const mayReach = useMayReach()
  const me = useMe()
  const queries = useQueryClient()
  const mayChange = may('accounts.change') && mayReach(user) && user.id !== me.id
  const canMail = site.sends_mail && user.email !== ''
  const { shown, open, close } = useAddressDialog<'set-password' | 'mail-link' | 'remove-password'>(
    mayChange ? ['set-password', ...(canMail ? ['mail-link' as const] : []), 'remove-password'] : [],
  )
  const name = displayName(user)
  const params = { id: user.id }
  const done = (text: string) => {
    notify(text)
    return queries.invalidateQueries({ queryKey: ['users'] })
  }
  return (
    <Panel title={texts.title}>
      <Text>{user.has_password ? texts.has : texts.hasNot}</Text>
      {mayChange && (
        <Group gap="xs" mt="md">
          <Button size="sm" variant="default" onClick={() => open('set-password')}>
            {texts.set}
          </Button>
          {canMail && (
            <Button size="sm" variant="default" onClick={() => open('mail-link')}>
              {texts.mailLink}
            </Button>
          )}
          {user.has_password && (
            <Button size="sm" variant="light" color="red" onClick={() => open('remove-password')}>
              {texts.remove}
            </Button>
          )}
        </Group>
      )}
      {shown === 'set-password' && <SetDialog user={user} close={close} done={() => done(texts.setDone)} />}
      {shown === 'mail-link' && (
        <ConfirmDialog
          title={texts.mailLinkTitle(user.email)}
          lead={texts.mailLinkLead}
          action={texts.send}
          close={close}
          send={() => act('POST /admin/users/:id/mail-reset-link', { params })}
          done={() => done(texts.mailLinkDone)}
        />
      )}
      {shown === 'remove-password' && (
        <ConfirmDialog
          title={texts.removeTitle(name)}
          lead={canMail ? texts.removeLead : texts.removeLeadNoMail}
          action={texts.remove}
          isDangerous
          close={close}
          send={() => act('POST /admin/users/:id/force-password-reset', { params })}
          done={() => done(texts.removeDone)}
        />
      )}
    </Panel>
  )
}

function SetDialog({ user, close, done }: { user: User; close(): void; done(): Promise<void> }) {
  const texts = useTexts(userSignInTexts).password
  const { cancel } = useTexts(dialogTexts)
  const [password, setPassword] = useState('')
  const submission = useSubmission({
    check: () => missing({ password }),
    send: () => act('POST /admin/users/:id/password', { params: { id: user.id }, body: { password } }),
    done: async () => {
      await done()
      close()
    },
  })
  return (
    <Dialog title={texts.setTitle(displayName(user))} close={close}>
      <Stack gap="md">
        <Text c="dimmed">{texts.setLead}</Text>
        <Form
          submission={submission}
          action={texts.set}
          cancel={
            <Button variant="default" onClick={close}>
              {cancel}
            </Button>
          }
        >
          <NewPasswordField
            label={texts.newPassword}
            value={password}
            change={setPassword}
            submission={submission}
            owner={{
              username: user.username,
              email: user.email,
              first_name: user.first_name,
              last_name: user.last_name,
            }}
          />
        </Form>
      </Stack>
    </Dialog>
  )
}
