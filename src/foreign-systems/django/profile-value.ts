import type { ForeignTable } from '../../storage/foreign/foreign-database.ts'
import type { WritableColumn, WrittenValue } from '../../storage/foreign/foreign-writer.ts'
import { type FullMapping, namedTable } from './guess-mapping.ts'

/** The declared types of the columns that profile fields are mapped to, in lower case, by field. */
export function profileTypesOf(tables: readonly ForeignTable[], mapping: FullMapping): Map<string, string> {
  const users = namedTable(tables, mapping.table)
  const typeIn = (table: ForeignTable, name: string) => table.columns.find((column) => column.name === name)?.type
  return new Map(
    Object.entries(mapping.profile).map(([field, column]) => {
      const [alias = '', ...rest] = column.split('.')
      const join = mapping.joins[alias]
      const own = typeIn(users, column)
      const joined = join === undefined ? undefined : typeIn(namedTable(tables, join.table), rest.join('.'))
      return [field, own ?? joined ?? '']
    }),
  )
}

/**
 * The value of a profile field in JSON: booleans, whole and floating-point numbers, JSON, dates as `2000-02-29` and
 * times in ISO 8601. Decimal numbers stay texts, as in Django REST framework, and so does anything that does not fit
 * the type of its column.
 *
 * @param text the column as `textOf` reads it: times as epoch milliseconds
 */
export function profileValue(type: string, text: string | undefined): unknown {
  if (text === undefined) return undefined
  if (/^bool/.test(type)) return ['1', 't', 'true'].includes(text.toLowerCase())
  if (/^(timestamp|datetime|date)/.test(type)) return timeText(text, /^date($|[^t])/.test(type))
  if (/^(small|big|medium|tiny)?(int|serial)/.test(type))
    return Number.isSafeInteger(Number(text)) ? Number(text) : text
  if (/^(real|double|float)/.test(type)) return Number.isFinite(Number(text)) ? Number(text) : text
  return /^json/.test(type) ? parsed(text) : text
}

/** A profile field for a column. Times become dates, because databases write them in different ways. */
export function writtenProfile({ type }: WritableColumn, value: unknown): WrittenValue {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean' || typeof value === 'string') {
    const moment = /^(timestamp|datetime)/.test(type) && typeof value === 'string' ? Date.parse(value) : Number.NaN
    return Number.isNaN(moment) ? value : new Date(moment)
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function timeText(text: string, isDate: boolean): string {
  const time = new Date(Number(text))
  if (text === '' || Number.isNaN(time.getTime())) return text
  return isDate ? time.toISOString().slice(0, 10) : time.toISOString()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
