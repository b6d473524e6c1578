import { Button, Code, CopyButton, Stack, Text } from '@mantine/core'
import { Dialog } from '../dialogs/dialog.tsx'
import { useTexts } from '../texts/texts.tsx'
import { webhooksTexts } from './webhooks-texts.ts'

/** Shows a secret, once. It cannot be closed by accident. */
export function WebhookSecret({ secret, close }: { secret: string; close(): void }) {
  const texts = useTexts(webhooksTexts)
  return (
    <Dialog title={texts.secretTitle}>
      <Stack gap="md">
        <Text c="dimmed">{texts.secretLead}</Text>
        <Code block>{secret}</Code>
        {/* Browsers have no clipboard where the page came by plain http. */}
        {navigator.clipboard && (
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? texts.copied : texts.copy}
              </Button>
            )}
          </CopyButton>
        )}
        <Button onClick={close}>{texts.goOn}</Button>
      </Stack>
    </Dialog>
  )
}
