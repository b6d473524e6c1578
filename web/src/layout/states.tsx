import { Button, Skeleton, Stack, VisuallyHidden } from '@mantine/core'
import { asProblem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { Notice } from '../look/notice.tsx'
import { useTexts } from '../texts/texts.tsx'
import { layoutTexts } from './layout-texts.ts'
import classes from './states.module.css'

/** Shown while content is being loaded. @param lines about how many lines it will have */
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

/** Shown when content could not be loaded: says why, and offers to try again. */
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
