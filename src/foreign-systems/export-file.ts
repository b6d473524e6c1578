import { open, readFile, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileFault } from '../platform/file-fault.ts'
import { messageOf } from '../platform/is-error.ts'
import { isJsonObject, type JsonObject } from '../platform/json.ts'
import { ForeignSystemError } from './foreign-system.ts'

/** A larger file cannot be one text in memory. Half a million Firebase accounts take about half of it. */
const LARGEST_JSON = 500_000_000

/** Reads a file that is one JSON text. @throws ForeignSystemError */
export async function readJsonFile(path: string): Promise<unknown> {
  const { size } = await stat(path).catch(unreadable(path))
  if (size > LARGEST_JSON) {
    throw new ForeignSystemError(
      `${path} is larger than 500 MB. Split it, or write its accounts as JSON lines for import jsonl.`,
    )
  }
  const text = await readFile(path, 'utf8').catch(unreadable(path))
  try {
    return JSON.parse(withoutMark(text))
  } catch (error) {
    throw new ForeignSystemError(`${path} is not JSON: ${messageOf(error)}.`, error)
  }
}

/**
 * Reads a file with one JSON value per line, with the number of each line. Empty lines are skipped.
 *
 * @param content reads the text of an encrypted file. Default: the file as it is
 * @throws ForeignSystemError
 */
export async function* readJsonLines(
  path: string,
  content?: () => Readable,
): AsyncIterable<{ value: unknown; line: number }> {
  let line = 0
  // Reading to the end, or stopping before it, closes the file.
  const lines =
    content === undefined
      ? (await open(path).catch(unreadable(path))).readLines()
      : createInterface({ input: content(), crlfDelay: Number.POSITIVE_INFINITY })
  for await (const written of lines) {
    line++
    const text = line === 1 ? withoutMark(written) : written
    if (text.trim() === '') continue
    yield { value: parse(text, `${path}, line ${line}`), line }
  }
}

/**
 * Reads objects from a file that is either an array of them or has one per line.
 *
 * @throws ForeignSystemError
 */
export async function* readJsonObjects(path: string): AsyncIterable<{ object: JsonObject; place: string }> {
  if (await startsWithArray(path)) {
    const list = (await readJsonFile(path)) as unknown[]
    for (const [index, value] of list.entries()) yield objectAt(value, `${path}, item ${index + 1}`)
    return
  }
  for await (const { value, line } of readJsonLines(path)) yield objectAt(value, `${path}, line ${line}`)
}

/** A member that is a text and not empty; undefined otherwise. */
export function textIn(object: JsonObject, name: string): string | undefined {
  const value = object[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Turns an error of the file system into one that says which file cannot be read. */
export function unreadable(path: string): (error: unknown) => never {
  return (error) => {
    throw new ForeignSystemError(`${path} ${fileFault(error)}.`, error)
  }
}

function objectAt(value: unknown, place: string): { object: JsonObject; place: string } {
  if (!isJsonObject(value)) throw new ForeignSystemError(`${place} is not a JSON object.`)
  return { object: value, place }
}

async function startsWithArray(path: string): Promise<boolean> {
  const file = await open(path).catch(unreadable(path))
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0)
    return withoutMark(buffer.toString('utf8', 0, bytesRead))
      .trimStart()
      .startsWith('[')
  } finally {
    await file.close()
  }
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ForeignSystemError(`${place} is not valid JSON.`, error)
  }
}

/** Some programs begin a file with a byte order mark. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}
