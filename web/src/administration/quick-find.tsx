import { ActionIcon, UnstyledButton } from '@mantine/core'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTexts } from '../texts/texts.tsx'
import { AdminIcon } from './admin-icon.tsx'
import classes from './quick-find.module.css'
import { quickFindTexts } from './quick-find-texts.ts'

const QuickFindDialog = lazy(async () => ({ default: (await import('./quick-find-dialog.tsx')).QuickFindDialog }))

const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

/** Opens the search for a person or a page with Ctrl+K, Cmd+K or a slash, on every page of the administration. */
export function useQuickFind() {
  const [isOpen, setIsOpen] = useState(false)
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      if (!isShortcut(event) || document.querySelector('[role="dialog"]') !== null) return
      event.preventDefault()
      setIsOpen(true)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  const dialog = isOpen && (
    <Suspense>
      <QuickFindDialog close={() => setIsOpen(false)} />
    </Suspense>
  )
  return { open: () => setIsOpen(true), dialog }
}

function isShortcut({ key, ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  if (key.toLowerCase() === 'k') return (ctrlKey || metaKey) && !altKey
  const isTyping = (target as Element).closest('input, textarea, select, [contenteditable]') !== null
  return key === '/' && !ctrlKey && !metaKey && !altKey && !isTyping
}

/** Looks like a search field, and opens the search. */
export function FindField({ open }: { open(): void }) {
  const texts = useTexts(quickFindTexts)
  return (
    <UnstyledButton className={classes.field} aria-keyshortcuts="Control+K Meta+K /" onClick={open}>
      <AdminIcon name="search" />
      <span className={classes.words}>{texts.open}</span>
      <span className={classes.keys} aria-hidden="true">
        {isMac ? texts.keysOnMac : texts.keys}
      </span>
    </UnstyledButton>
  )
}

/** The same on phones. */
export function FindButton({ open }: { open(): void }) {
  const texts = useTexts(quickFindTexts)
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" ms="auto" aria-label={texts.title} onClick={open}>
      <AdminIcon name="search" size={22} />
    </ActionIcon>
  )
}
