import { Button, Group, VisuallyHidden } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { AdminIcon, type AdminIconName } from '../administration/admin-icon.tsx'
import { Failed, Loading } from '../layout/states.tsx'
import { useTexts } from '../texts/texts.tsx'
import classes from './list-pages.module.css'
import type { ListState } from './list-state.ts'
import { listTexts } from './list-texts.ts'

type Props<Page> = {
  state: ListState
  /** The page that the state asks for. Until it arrives, the previous one is shown. */
  page: UseQueryResult<Page>
  rowsOf(page: Page): readonly unknown[]
  nextOf(page: Page): string | number | null
  /** The text for an empty list without filters. */
  empty: { icon: AdminIconName; title: string; lead?: ReactNode }
  /** What to offer if nothing matches the filters. */
  nothing?: ReactNode
  children(page: Page): ReactNode
}

/** A page of a list, whatever its state, with links to the next and the previous page. */
export function ListPages<Page>({ state, page, rowsOf, nextOf, empty, nothing, children }: Props<Page>) {
  const texts = useTexts(listTexts)
  if (page.isPending) {
    return (
      <div className={classes.place}>
        <Loading lines={8} />
      </div>
    )
  }
  if (page.isError) {
    return (
      <div className={classes.place}>
        <Failed error={page.error} retry={() => void page.refetch()} />
      </div>
    )
  }
  const next = nextOf(page.data)
  const count = rowsOf(page.data).length
  const isEmpty = count === 0
  const isFiltered = Object.entries(state.values).some(([name, value]) => name !== 'order' && value !== undefined)
  return (
    <>
      {/* Who cannot see the list hears what a search or a filter has found. */}
      <VisuallyHidden role="status">
        {isFiltered && !isEmpty && !page.isPlaceholderData && texts.found(count, next !== null)}
      </VisuallyHidden>
      {isEmpty ? (
        <Nothing
          icon={isFiltered ? 'search' : empty.icon}
          title={isFiltered ? texts.nothingFound : empty.title}
          lead={isFiltered ? texts.nothingFoundLead : empty.lead}
          action={isFiltered ? nothing : undefined}
        />
      ) : (
        children(page.data)
      )}
      {(next !== null || state.at !== undefined) && (
        <nav aria-label={texts.pages} className={classes.pages}>
          <Button size="sm" variant="subtle" color="gray" disabled={state.at === undefined} onClick={state.goToFirst}>
            {texts.first}
          </Button>
          <Group gap="xs">
            <Button
              size="sm"
              variant="default"
              leftSection={<AdminIcon name="previous" size={16} />}
              disabled={state.at === undefined}
              onClick={state.goBack}
            >
              {texts.previous}
            </Button>
            <Button
              size="sm"
              variant="default"
              rightSection={<AdminIcon name="next" size={16} />}
              disabled={next === null}
              onClick={() => {
                if (next !== null) state.goTo(String(next))
              }}
            >
              {texts.next}
            </Button>
          </Group>
        </nav>
      )}
    </>
  )
}

type NothingProps = { icon: AdminIconName; title: string; lead?: ReactNode; action?: ReactNode }

/** Shown when a list is empty. */
export function Nothing({ icon, title, lead, action }: NothingProps) {
  return (
    <div className={classes.nothing} role="status">
      <AdminIcon name={icon} size={28} />
      <p className={classes.nothingTitle}>{title}</p>
      {lead && <p className={classes.nothingLead}>{lead}</p>}
      {action}
    </div>
  )
}
