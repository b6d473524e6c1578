import { resolve } from 'node:path'
import { buildFilter } from '../passwords/breached/build-filter.ts'
import { CorpusError } from '../passwords/breached/corpus-line.ts'
import { openBreachedPasswords } from '../passwords/breached/filter-file.ts'
import { FilterFileError } from '../passwords/breached/filter-format.ts'
import { fileFault } from '../platform/file-fault.ts'
import { isError } from '../platform/is-error.ts'
import type { Context } from './context.ts'
import { Refusal } from './refusal.ts'
import { printable } from './terminal/printable.ts'

type PasswordFilterParts = {
  /** The folder where relative paths start. */
  workingDirectory: string
  standardInput: NodeJS.ReadableStream
  /** The file of BREACHED_PASSWORDS. @throws Refusal if the settings are invalid */
  configuredPath: () => Promise<string | undefined>
}

/** The operations of commands on filters of breached passwords. They work on files, without a database. */
export function passwordFilters({
  workingDirectory,
  standardInput,
  configuredPath,
}: PasswordFilterParts): Pick<Context, 'buildPasswordFilter' | 'withPasswordFilter'> {
  const absolute = (path: string) => resolve(workingDirectory, path)
  return {
    async buildPasswordFilter({ sources, outputPath, ...options }) {
      const places = {
        sources: sources.map((one) => (one === '-' ? one : absolute(one))),
        outputPath: absolute(outputPath),
      }
      try {
        return await buildFilter({ ...options, ...places, standardInput })
      } catch (error) {
        throw filterRefusal(error, places.outputPath) ?? error
      }
    },
    async withPasswordFilter(given, work) {
      const path = given === undefined ? await configuredPath() : absolute(given)
      if (path === undefined) throw new Refusal('BREACHED_PASSWORDS is not set. Set it, or pass --filter FILE.')
      try {
        const filter = await openBreachedPasswords(path)
        return await work(filter).finally(() => filter.close())
      } catch (error) {
        throw error instanceof FilterFileError ? new Refusal(`${printable(path)} ${error.message}`) : error
      }
    },
  }
}

function filterRefusal(error: unknown, outputPath: string): Refusal | undefined {
  if (error instanceof CorpusError) return new Refusal(printable(error.message))
  if (!(isError(error) && 'code' in error && 'path' in error)) return undefined
  const path = printable(String(error.path))
  if (error.code !== 'EEXIST') {
    // The filter is written under this name at first.
    const isOutput = error.path === outputPath || error.path === `${outputPath}.draft`
    return isOutput
      ? new Refusal(`${printable(outputPath)} ${fileFault(error, 'written')}.`)
      : new Refusal(`${path} ${fileFault(error)}.`)
  }
  return new Refusal(
    `${path} exists. Another command is building this filter, or one was interrupted. If no other is running, delete the file.`,
  )
}
