import { Checkbox, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { Link, type LinkProps, useNavigate } from '@tanstack/react-router'
import { type ColumnDef, tableFeatures, useTable } from '@tanstack/react-table'
import { type MouseEvent, type ReactNode, useMemo } from 'react'
import { AdminIcon } from '../administration/admin-icon.tsx'
import { clsx } from '../look/clsx.ts'
import { useTexts } from '../texts/texts.tsx'
import { listTexts } from './list-texts.ts'
import classes from './record-table.module.css'

/** One column of a list. The first one names the row and carries its link. */
export type Column<Row> = {
  name: string
  label: string
  cell(row: Row): ReactNode
  /** The order that the column's head asks for; absent: the list cannot be sorted by it. */
  order?: string
  /** Whether phones leave it out. Default false. */
  isWide?: boolean
  /** Whether values are numbers, aligned at the end of the column. Default false. */
  isNumber?: boolean
  /** Whether phones show the column's name, because its values do not explain themselves. Default false. */
  isSaid?: boolean
  /** Whether the heading is only for screen readers, as for buttons. It is left out while all its cells are empty. Default false. */
  isBare?: boolean
}

/** The page that a row opens. */
export type RowLink = {
  to: NonNullable<LinkProps['to']>
  params?: Readonly<Record<string, string>>
  search?: Readonly<Record<string, string>>
}

type Selection = {
  ids: ReadonlySet<string>
  change(ids: ReadonlySet<string>): void
}

type Props<Row> = {
  /** What the list contains, for screen readers. */
  label: string
  rows: readonly Row[]
  columns: readonly Column<Row>[]
  idOf(row: Row): string
  nameOf(row: Row): string
  linkOf?: ((row: Row) => RowLink) | undefined
  order?: string | undefined
  sort?(order: string): void
  selection?: Selection | undefined
  /** Newer rows are being loaded. */
  isStale?: boolean
}

const features = tableFeatures({})

/** The elements' own roles: on phones, where rows are laid out as cards, browsers would drop them. */
const roles = {
  table: { role: 'table' },
  rowgroup: { role: 'rowgroup' },
  row: { role: 'row' },
  columnheader: { role: 'columnheader' },
  cell: { role: 'cell' },
  rowheader: { role: 'rowheader', scope: 'row' },
}

/** A list as a table, on phones as cards. The whole row opens; the link in its first cell is for keyboards and tabs. */
export function RecordTable<Row extends object>(props: Props<Row>) {
  const { label, rows, columns, idOf, nameOf, linkOf, order, sort, selection, isStale = false } = props
  const texts = useTexts(listTexts)
  const navigate = useNavigate()
  const definitions = useMemo(
    () =>
      columns
        .filter(({ isBare, cell }) => !isBare || rows.some((row) => cell(row)))
        .map(
          (column): ColumnDef<typeof features, Row> => ({
            id: column.name,
            header: column.label,
            cell: ({ row }) => column.cell(row.original),
          }),
        ),
    [columns, rows],
  )
  const data = useMemo(() => [...rows], [rows])
  const table = useTable({ features, columns: definitions, data, getRowId: idOf })
  const byName = new Map(columns.map((column) => [column.name, column]))
  const ids = rows.map(idOf)
  const chosen = selection === undefined ? 0 : ids.filter((id) => selection.ids.has(id)).length

  function open(event: MouseEvent, row: Row): void {
    const target = event.target as Element
    // A click on a link, on a checkbox or in selected text is not meant for the row.
    if (linkOf === undefined || target.closest('a, button, input, label') || getSelection()?.toString()) return
    // A click that just misses the checkbox is not meant to open the row.
    if (target.closest(`.${classes.check}`)) {
      toggle(idOf(row))
      return
    }
    if (event.metaKey || event.ctrlKey) {
      ;(event.currentTarget as Element)
        .querySelector('a')
        ?.dispatchEvent(
          new window.MouseEvent('click', { ctrlKey: event.ctrlKey, metaKey: event.metaKey, bubbles: true }),
        )
      return
    }
    void navigate(linkOf(row) as never)
  }

  function toggle(id: string): void {
    const next = new Set(selection?.ids)
    if (!next.delete(id)) next.add(id)
    selection?.change(next)
  }

  function togglePage(): void {
    const next = new Set(selection?.ids)
    for (const id of ids) {
      if (chosen === ids.length) next.delete(id)
      else next.add(id)
    }
    selection?.change(next)
  }

  return (
    <div className={classes.scroll}>
      <table className={clsx(classes.table, isStale && classes.stale)} aria-label={label} {...roles.table}>
        <thead {...roles.rowgroup} className={classes.head}>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} {...roles.row}>
              {selection && (
                <th {...roles.columnheader} className={classes.check}>
                  <Checkbox
                    size="xs"
                    aria-label={texts.selectAll}
                    checked={chosen > 0 && chosen === ids.length}
                    indeterminate={chosen > 0 && chosen < ids.length}
                    onChange={togglePage}
                  />
                </th>
              )}
              {group.headers.map(({ id }) => (
                <Head key={id} column={byName.get(id)} order={order} sort={sort} />
              ))}
            </tr>
          ))}
        </thead>
        <tbody {...roles.rowgroup}>
          {table.getRowModel().rows.map((row) => (
            <tr
              key={row.id}
              {...roles.row}
              className={clsx(linkOf && classes.opens)}
              data-chosen={selection?.ids.has(row.id) || undefined}
              onClick={(event) => open(event, row.original)}
            >
              {selection && (
                <td {...roles.cell} className={classes.check}>
                  <Checkbox
                    size="xs"
                    aria-label={texts.selectOne(nameOf(row.original))}
                    checked={selection.ids.has(row.id)}
                    onChange={() => toggle(row.id)}
                  />
                </td>
              )}
              {row.getAllCells().map((cell, index) => {
                const column = byName.get(cell.column.id)
                const content = <table.FlexRender cell={cell} />
                // Screen readers say with each cell whose row it is.
                const Cell = index === 0 ? 'th' : 'td'
                return (
                  <Cell
                    key={cell.id}
                    {...(index === 0 ? roles.rowheader : roles.cell)}
                    data-label={column?.isSaid ? column.label : undefined}
                    className={clsx(
                      column?.isNumber && classes.number,
                      column?.isWide && classes.wide,
                      column?.isBare && classes.bare,
                    )}
                  >
                    {index === 0 && linkOf ? (
                      <Link
                        {...(linkOf(row.original) as unknown as LinkProps)}
                        className={classes.link}
                        preload={false}
                      >
                        {content}
                      </Link>
                    ) : (
                      content
                    )}
                  </Cell>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

type HeadProps<Row> = {
  column: Column<Row> | undefined
  order: string | undefined
  sort: ((order: string) => void) | undefined
}

function Head<Row>({ column, order, sort }: HeadProps<Row>) {
  if (column === undefined) return null
  const className = clsx(column.isNumber && classes.number, column.isWide && classes.wide)
  const own = column.order
  if (own === undefined || sort === undefined) {
    return (
      <th {...roles.columnheader} scope="col" className={className}>
        {column.isBare ? <VisuallyHidden>{column.label}</VisuallyHidden> : column.label}
      </th>
    )
  }
  const isUp = order === own
  const isDown = order === `-${own}`
  return (
    <th
      {...roles.columnheader}
      scope="col"
      className={className}
      aria-sort={isUp ? 'ascending' : isDown ? 'descending' : 'none'}
    >
      <UnstyledButton className={classes.sort} onClick={() => sort(isUp ? `-${own}` : own)}>
        {column.label}
        <AdminIcon
          name={isUp ? 'up' : isDown ? 'down' : 'upDown'}
          size={14}
          className={clsx(!isUp && !isDown && classes.quiet)}
        />
      </UnstyledButton>
    </th>
  )
}
