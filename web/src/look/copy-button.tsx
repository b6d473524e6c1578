import { CopyButton as MantineCopyButton } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTexts } from '../texts/texts.tsx'
import classes from './copy-button.module.css'
import { copyTexts } from './copy-texts.ts'

/** How long a button says that it has copied, in milliseconds. */
const SAID_MS = 2_000

type Props = {
  text: string
  /** The button. @param word what it says; screen readers read out the change */
  children(copy: () => void, word: ReactNode): ReactNode
}

/** A button that copies a text. Nothing without a clipboard: browsers have none if the page came by plain http. */
export function CopyButton({ text, children }: Props) {
  const texts = useTexts(copyTexts)
  return (
    navigator.clipboard && (
      <MantineCopyButton value={text} timeout={SAID_MS}>
        {({ copied, copy }) =>
          children(
            copy,
            <span aria-live="polite" className={classes.word} data-other={copied ? texts.copy : texts.copied}>
              {copied ? texts.copied : texts.copy}
            </span>,
          )
        }
      </MantineCopyButton>
    )
  )
}
