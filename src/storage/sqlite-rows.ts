import type { SQLOutputValue } from 'node:sqlite'

/** The values of one row, in the order of the columns. */
type Values = readonly SQLOutputValue[]

/** Two ways to read the rows of a statement by the names of its columns. */
export type RowReaders = {
  /** An object with a property for each column. */
  object(values: Values): object
  /**
   * An object that looks each column up when it is read. It has no properties of its own, so it must not be spread,
   * compared or serialized.
   */
  view(values: Values): object
}

const VALUES = Symbol('values')

/**
 * node:sqlite gives every object that it builds a hidden class of its own, so each read of a column is a slow lookup.
 * Here, all rows of a statement share one hidden class. For 38 columns, an object takes 0.7 µs, and a view 0.05 µs.
 */
export function createRowReaders(columns: readonly string[]): RowReaders {
  const empty = Object.fromEntries(columns.map((column) => [column, null]))
  // Hardly any statement needs it.
  let View: ViewClass | undefined
  return {
    object(values) {
      // V8 copies an object of any hidden class quickly with `assign`, but not with a spread.
      const row: Record<string, SQLOutputValue> = Object.assign({}, empty)
      for (let index = 0; index < columns.length; index++) {
        row[columns[index] as string] = values[index] as SQLOutputValue
      }
      return row
    },
    view(values) {
      View ??= viewClassOf(columns)
      return new View(values)
    },
  }
}

type ViewClass = new (values: Values) => object

function viewClassOf(columns: readonly string[]): ViewClass {
  class View {
    readonly [VALUES]: Values
    constructor(values: Values) {
      this[VALUES] = values
    }
  }
  for (const [index, column] of columns.entries()) {
    Object.defineProperty(View.prototype, column, {
      // As in an object, the last of two columns with one name counts.
      configurable: true,
      get(this: View) {
        return this[VALUES][index]
      },
    })
  }
  return View
}
