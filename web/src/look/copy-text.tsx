import { UnstyledButton, VisuallyHidden } from '@mantine/core'
import { CopyButton } from './copy-button.tsx'
import classes from './copy-text.module.css'

/** A text that people need elsewhere, such as an id, with a button that copies it. */
export function CopyText({ text, label }: { text: string; label: string }) {
  return (
    <span className={classes.line}>
      <span>{text}</span>
      <CopyButton text={text}>
        {(copy, word) => (
          <UnstyledButton className={classes.button} onClick={copy}>
            {word}
            <VisuallyHidden> {label}</VisuallyHidden>
          </UnstyledButton>
        )}
      </CopyButton>
    </span>
  )
}
