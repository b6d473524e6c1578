import { UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useTexts } from '../texts/texts.tsx'
import { CopyButton } from './copy-button.tsx'
import classes from './copy-text.module.css'
import { copyTexts } from './copy-texts.ts'

/** A text that people need elsewhere, such as an id, with a button that copies it. */
export function CopyText({ text, label }: { text: string; label: string }) {
  const texts = useTexts(copyTexts)
  return (
    <span className={classes.line}>
      <span>{text}</span>
      <CopyButton text={text}>
        {({ copied, copy }) => (
          <UnstyledButton className={classes.button} onClick={copy}>
            <span aria-live="polite">{copied ? texts.copied : texts.copy}</span>
            <VisuallyHidden> {label}</VisuallyHidden>
          </UnstyledButton>
        )}
      </CopyButton>
    </span>
  )
}
