import { Button, Code, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '../texts/texts.tsx'
import { enrolmentTexts } from './enrolment-texts.ts'

/** Shows new recovery codes, the only time. They count once their owner says that they are saved. */
export function RecoveryCodes({ codes, saved }: { codes: readonly string[]; saved(): void }) {
  const texts = useTexts(enrolmentTexts).recovery
  const [isCopied, setIsCopied] = useState(false)
  const text = codes.join('\n')
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`
  return (
    <Stack gap="sm">
      <Text fw={600}>{texts.title}</Text>
      <Text>{texts.lead}</Text>
      <Code block data-codes>
        {text}
      </Code>
      <Group gap="sm">
        {/* Browsers have no clipboard where the page came by plain http. */}
        {navigator.clipboard && (
          <Button
            variant="default"
            onClick={() =>
              navigator.clipboard.writeText(text).then(
                () => setIsCopied(true),
                () => setIsCopied(false),
              )
            }
          >
            <span role="status">{isCopied ? texts.copied : texts.copy}</span>
          </Button>
        )}
        <Button variant="default" component="a" href={file} download="recovery-codes.txt">
          {texts.download}
        </Button>
        <Button onClick={saved}>{texts.saved}</Button>
      </Group>
    </Stack>
  )
}
