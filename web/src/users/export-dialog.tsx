import { Button, Checkbox, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { ask } from '../api/api.ts'
import { asProblem, type Problem } from '../api/problem.ts'
import { useProblemWords } from '../api/problem-words.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { dialogTexts } from '../dialogs/dialog-texts.ts'
import { Notice } from '../look/notice.tsx'
import { addressOf } from '../site/address.ts'
import { useTexts } from '../texts/texts.tsx'
import { exportTexts } from './export-texts.ts'
import type { UserFilter } from './user-filter.ts'

type Column = keyof (typeof exportTexts)['en']['columns']

const columns = Object.keys(exportTexts.en.columns) as Column[]
const usual: readonly Column[] = ['id', 'username', 'email', 'first_name', 'last_name', 'is_active', 'created_at']

/** Downloads the accounts that match as CSV, with the chosen columns. */
export function ExportDialog({ filter, order, close }: { filter: UserFilter; order: string; close(): void }) {
  const texts = useTexts(exportTexts)
  const shared = useTexts(dialogTexts)
  const words = useProblemWords()
  const [wanted, setWanted] = useState<readonly string[]>(usual)
  const [problem, setProblem] = useState<Problem>()
  const [isBusy, setIsBusy] = useState(false)

  async function download(): Promise<void> {
    if (isBusy) return
    setIsBusy(true)
    setProblem(undefined)
    try {
      // The browser fetches the file itself and writes it to disk as it arrives; this makes sure that the token is still valid.
      await ask('GET /me')
      const query = new URLSearchParams({ order, columns: columns.filter((name) => wanted.includes(name)).join(',') })
      for (const [name, value] of Object.entries(filter)) query.append(name, String(value))
      const link = document.createElement('a')
      link.href = addressOf(`/api/v1/admin/users/export?${query}`)
      link.download = `${texts.file}.csv`
      link.click()
      close()
    } catch (error) {
      setProblem(asProblem(error))
      setIsBusy(false)
    }
  }

  return (
    <Dialog title={texts.title} close={close}>
      <Stack gap="md">
        {problem && <Notice kind="problem">{words(problem)}</Notice>}
        <Text c="dimmed">{Object.keys(filter).length === 0 ? texts.leadAll : texts.lead}</Text>
        <Checkbox.Group label={texts.columnsLabel} value={[...wanted]} onChange={setWanted}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt="xs">
            {columns.map((name) => (
              <Checkbox key={name} value={name} label={texts.columns[name]} />
            ))}
          </SimpleGrid>
        </Checkbox.Group>
        <Text size="sm" c="dimmed">
          {texts.formulas}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shared.cancel}
          </Button>
          <Button disabled={wanted.length === 0} loading={isBusy} onClick={() => void download()}>
            {texts.action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
