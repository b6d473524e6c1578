import { createReadStream } from 'node:fs'
import { CsvError, parse } from 'csv-parse'
import { unreadable } from './export-file.ts'
import { ForeignSystemError } from './foreign-system.ts'

/** All kinds of line breaks. Editors may leave several kinds in one file. */
const LINE_ENDS = ['\r\n', '\n', '\r']

/** One row of a CSV file: its columns by name, and its line number. */
export type CsvRow = { columns: ReadonlyMap<string, string>; place: string }

/**
 * Reads a CSV file (RFC 4180) whose first line names the columns. Memory use does not grow with the file.
 *
 * @param delimiter what separates columns. Default: a comma
 * @throws ForeignSystemError with the number of the line
 */
export async function* readCsv(path: string, delimiter = ','): AsyncIterable<CsvRow> {
  const file = createReadStream(path)
  const parser = parse({ bom: true, delimiter, skip_empty_lines: true, info: true, record_delimiter: LINE_ENDS })
  file.on('error', (error) => parser.destroy(error))
  let names: string[] | undefined
  try {
    for await (const { record, info } of file.pipe(parser)) {
      const values = record as string[]
      if (names === undefined) {
        names = requireNames(values, path)
        continue
      }
      yield {
        columns: new Map(names.map((name, at) => [name, values[at] ?? ''])),
        place: `${path}, line ${info.lines}`,
      }
    }
  } catch (error) {
    if (error instanceof ForeignSystemError) throw error
    if (error instanceof CsvError) throw new ForeignSystemError(`${path} is not valid CSV: ${error.message}.`, error)
    unreadable(path)(error)
  } finally {
    file.destroy()
  }
  if (names === undefined) throw new ForeignSystemError(`${path} is empty. Its first line must name the columns.`)
}

function requireNames(values: readonly string[], path: string): string[] {
  const names = values.map((name) => name.trim())
  const doubled = names.find((name, at) => names.indexOf(name) !== at)
  if (doubled !== undefined) {
    throw new ForeignSystemError(`${path} has two columns with the name ${JSON.stringify(doubled)}. Rename one.`)
  }
  return names
}
