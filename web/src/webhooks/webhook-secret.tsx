import { Button, Code, Stack, Text } from '@mantine/core'
import { Dialog } from '../dialogs/dialog.tsx'
import { CopyButton } from '../look/copy-button.tsx'
import { useTexts } from '../texts/texts.tsx'
import { webhooksTexts } from './webhooks-texts.ts'

/** Shows a secret, once. It cannot be closed by accident. */
export function WebhookSecret({ secret, close }: { secret: string; close(): void }) {
  const texts = useTexts(webhooksTexts)
  return (
    <Dialog title={texts.secretTitle}>
      <Stack gap="md">
        <Text c="dimmed">{texts.secretLead}</Text>
        {/* On two lines rather than cut off at the edge. */}
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {secret}
        </Code>
        <CopyButton text={secret}>
          {(copy, word) => (
            <Button variant="default" onClick={copy}>
              {word}
            </Button>
          )}
        </CopyButton>
        <Button onClick={close}>{texts.goOn}</Button>
      </Stack>
    </Dialog>
  )
}
