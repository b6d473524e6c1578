import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isError } from '../../platform/is-error.ts'

/** `dist/pages/`, relative to `src/http/pages/` and to `dist/http/pages/`. */
const FOLDER = join(import.meta.dirname, '../../../dist/pages')

/** How a file is sent: as it is, or compressed at build time. */
type Encoding = 'br' | 'gzip'

type PageFile = { mediaType: string; encodings: readonly Encoding[] }

/** The parts of the pages by their source, and what each of them imports. */
export type BuiltManifest = Readonly<
  Record<string, { file: string; imports?: readonly string[]; css?: readonly string[] }>
>

/** The output of `npm run build` for `web/`. */
export type BuiltPages = {
  /** The document of every page, without the parts that differ per request. */
  template: string
  manifest: BuiltManifest
  /** The files that the document refers to, by name. */
  files: ReadonlyMap<string, PageFile>
  /** Reads a file, in an encoding that exists; undefined if somebody has removed it meanwhile. */
  read(name: string, encoding: Encoding | undefined): Promise<Buffer | undefined>
}

const mediaTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

const suffixes: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' }

/**
 * Finds the built pages; undefined if they have not been built. Only names are kept in memory: a browser requests a
 * file once.
 */
export function findBuiltPages(folder = FOLDER): BuiltPages | undefined {
  const document = join(folder, 'index.html')
  if (!existsSync(document)) return undefined
  const names = new Set(readdirSync(folder))
  const files = new Map<string, PageFile>()
  for (const name of names) {
    const mediaType = mediaTypes[/\.([a-z]+)$/.exec(name)?.[1] ?? '']
    if (mediaType === undefined) continue
    const encodings = (['br', 'gzip'] as const).filter((encoding) => names.has(name + suffixes[encoding]))
    files.set(name, { mediaType, encodings })
  }
  return {
    template: readFileSync(document, 'utf8'),
    manifest: JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')),
    files,
    read: (name, encoding) => readIfThere(join(folder, encoding === undefined ? name : name + suffixes[encoding])),
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isError(error) && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
