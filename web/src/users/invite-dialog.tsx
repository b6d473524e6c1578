import { Button, NativeSelect, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { act } from '../administration/act.ts'
import { notify } from '../administration/notifications.tsx'
import { Dialog } from '../dialogs/dialog.tsx'
import { dialogTexts } from '../dialogs/dialog-texts.ts'
import { useFaultWords } from '../forms/fault-words.ts'
import { Form } from '../forms/form.tsx'
import { missing, useSubmission } from '../forms/submission.ts'
import { TextField } from '../forms/text-field.tsx'
import { layoutTexts } from '../layout/layout-texts.ts'
import { Notice } from '../look/notice.tsx'
import { site } from '../site/site.ts'
import { localeOf, locales } from '../texts/locale.ts'
import { useLanguage, useTexts } from '../texts/texts.tsx'
import { inviteTexts } from './invite-texts.ts'

/** Mails somebody a link to create their own account. */
export function InviteDialog({ close }: { close(): void }) {
  const texts = useTexts(inviteTexts)
  const shared = useTexts(dialogTexts)
  const { languages } = useTexts(layoutTexts)
  const words = useFaultWords()
  const { locale: own } = useLanguage()
  const [email, setEmail] = useState('')
  const [locale, setLocale] = useState(own)
  const submission = useSubmission({
    check: () => missing({ email }),
    send: () => act('POST /admin/invitations', { body: { email: email.trim(), locale } }),
    done: () => {
      notify(texts.sent(email.trim()))
      close()
    },
  })
  const isOff = !site.sends_mail || site.registration === 'closed'
  return (
    <Dialog title={texts.title} close={close}>
      <Stack gap="md">
        <Text c="dimmed">{texts.lead}</Text>
        {isOff ? (
          <Notice kind="warning">{site.sends_mail ? texts.closed : texts.noMail}</Notice>
        ) : (
          <Form
            submission={submission}
            action={texts.action}
            cancel={
              <Button variant="default" onClick={close}>
                {shared.cancel}
              </Button>
            }
          >
            <TextField
              name="email"
              type="email"
              label={texts.email}
              value={email}
              onChange={(text) => {
                setEmail(text)
                submission.changed('email')
              }}
              data-autofocus
              autoComplete="off"
              error={words(submission.faultsOf('email'))}
            />
            <NativeSelect
              label={texts.locale}
              value={locale}
              onChange={(event) => setLocale(localeOf(event.currentTarget.value) ?? own)}
              data={locales.map((value) => ({ value, label: languages[value] }))}
            />
          </Form>
        )}
      </Stack>
    </Dialog>
  )
}
