import { CopyButton as MantineCopyButton } from '@mantine/core'
import type { ReactNode } from 'react'

type Props = { text: string; children(state: { copied: boolean; copy(): void }): ReactNode }

/** A button that copies a text. Nothing without a clipboard: browsers have none if the page came by plain http. */
export function CopyButton({ text, children }: Props) {
  return navigator.clipboard && <MantineCopyButton value={text}>{children}</MantineCopyButton>
}
