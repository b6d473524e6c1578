import { posix } from 'node:path'
import type { Import, SourceFile } from './source-file.ts'

/** One rule of the house over the sources, the tests and the benchmarks. */
export type Rule = {
  /** The rule as a sentence: the title of its test. */
  title: string
  /** One line for each breach: `path:line`, what is there, and why the rule exists. */
  breaches(files: readonly SourceFile[]): string[]
}

export const isTest = ({ path }: SourceFile) => path.endsWith('.test.ts')
export const isProduct = (file: SourceFile) => file.path.startsWith('src/') && !isTest(file)

/** The path a relative import leads to, from the root of the repository; undefined for packages. */
export function target(file: SourceFile, { specifier }: Import): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : undefined
}
