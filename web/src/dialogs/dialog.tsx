import { Modal, type ModalProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTexts } from '../texts/texts.tsx'
import classes from './dialog.module.css'
import { dialogTexts } from './dialog-texts.ts'
import { useReturnFocus } from './return-focus.ts'

type Props = Pick<ModalProps, 'size' | 'zIndex'> & {
  title: string
  /** Absent: it cannot be closed, because something is running. */
  close?: (() => void) | undefined
  children: ReactNode
}

/** A dialog over the page. Escape and the cross close it; the focus then goes back to where it was. */
export function Dialog({ title, close, children, ...props }: Props) {
  const texts = useTexts(dialogTexts)
  useReturnFocus()
  return (
    <Modal
      {...props}
      opened
      onClose={close ?? (() => {})}
      title={title}
      centered
      padding="xl"
      withCloseButton={close !== undefined}
      closeOnEscape={close !== undefined}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': texts.close }}
      // By default it would be a second banner of the page.
      attributes={{ header: { role: 'group' } }}
      classNames={{ header: classes.header ?? '', title: classes.title ?? '', content: classes.content ?? '' }}
    >
      {children}
    </Modal>
  )
}
