import { Button, Stack, Text } from '@mantine/core'
import { ButtonRow } from '../forms/button-row.tsx'
import { CopyButton } from '../look/copy-button.tsx'
import { site } from '../site/site.ts'
import { useTexts } from '../texts/texts.tsx'
import { enrolmentTexts } from './enrolment-texts.ts'
import classes from './recovery-codes.module.css'

/** Shows new recovery codes, this one time. They work once their owner confirms that they are saved. */
export function RecoveryCodes({ codes, saved }: { codes: readonly string[]; saved(): void }) {
  const texts = useTexts(enrolmentTexts).recovery
  const text = codes.join('\n')
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`
  return (
    <Stack gap="sm" className={classes.paper}>
      <Text fw={600}>{texts.title}</Text>
      <Text className={classes.site}>
        {site.name}, {location.host}
      </Text>
      <Text>{texts.lead}</Text>
      <pre className={classes.codes} data-codes>
        {text}
      </pre>
      <Stack gap="md" className={classes.buttons}>
        <ButtonRow>
          <CopyButton text={text}>
            {(copy, word) => (
              <Button size="sm" variant="default" onClick={copy}>
                {word}
              </Button>
            )}
          </CopyButton>
          <Button size="sm" variant="default" component="a" href={file} download="recovery-codes.txt">
            {texts.download}
          </Button>
          <Button size="sm" variant="default" onClick={() => print()}>
            {texts.print}
          </Button>
        </ButtonRow>
        <Button onClick={saved}>{texts.saved}</Button>
      </Stack>
    </Stack>
  )
}
