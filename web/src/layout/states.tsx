import { Button, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'
import { asProblem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { Icon, type IconName } from '../look/icon.tsx'
import { Notice } from '../look/notice.tsx'
import { useTexts } from '../texts/texts.tsx'
import { layoutTexts } from './layout-texts.ts'
import classes from './states.module.css'

/** Stands where content is being loaded. @param lines about how many lines it will have */
export function Loading({ lines = 3 }: { lines?: number }) {
  const texts = useTexts(layoutTexts)
  return (
    <Stack gap="md" role="status">
      <VisuallyHidden>{texts.loading}</VisuallyHidden>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={String(line)} height={20} width={`${90 - ((line * 23) % 40)}%`} radius="sm" />
      ))}
    </Stack>
  )
}

/** Stands where content could not be loaded: says why, and loads again. */
export function Failed({ error, retry }: { error: unknown; retry(): void }) {
  const words = useProblemWords()
  const texts = useTexts(layoutTexts)
  return (
    <Notice kind="problem" title={texts.failed}>
      <p className={classes.why}>{words(asProblem(error))}</p>
      <Button variant="default" size="sm" onClick={retry}>
        {texts.tryAgain}
      </Button>
    </Notice>
  )
}

/** Stands where a list has nothing in it: no error, but an answer. */
export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <span className={classes.picture}>
        <Icon name={icon} size={24} />
      </span>
      <Text fw={600}>{title}</Text>
      {children && (
        <Text c="dimmed" size="sm">
          {children}
        </Text>
      )}
    </div>
  )
}
