import { Button, Code, CopyButton, Modal, Stack, Text } from '@mantine/core'
import { useTexts } from '../texts/texts.tsx'
import { webhooksTexts } from './webhooks-texts.ts'

/** Shows a secret, once. It cannot be closed by accident. */
export function WebhookSecret({ secret, close }: { secret: string; close(): void }) {
  const texts = useTexts(webhooksTexts)
  return (
    <Modal
      opened
      onClose={close}
      title={texts.secretTitle}
      centered
      padding="xl"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack gap="md">
        <Text c="dimmed">{texts.secretLead}</Text>
        <Code block>{secret}</Code>
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? texts.copied : texts.copy}
            </Button>
          )}
        </CopyButton>
        <Button onClick={close}>{texts.goOn}</Button>
      </Stack>
    </Modal>
  )
}
