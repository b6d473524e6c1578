/*
 * Builds the pages: `web/` goes to `dist/pages/`, and every file that becomes smaller is compressed in advance, so that
 * the server does not have to. With `--if-changed`, it does nothing if nothing has changed since the last time.
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'

const root = join(import.meta.dirname, '..')
const built = join(root, 'dist/pages')
const digestFile = join(built, 'sources.sha256')

const digest = digestOfSources()
if (process.argv.includes('--if-changed') && existsSync(digestFile) && readFileSync(digestFile, 'utf8') === digest) {
  process.exit(0)
}
// Tests build the pages too. Without this, React would include its development checks.
process.env.NODE_ENV = 'production'
await build({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'warn' })
for (const path of globSync('*.{js,css,svg}', { cwd: built })) {
  const file = join(built, path)
  const content = readFileSync(file)
  const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
  writeIfSmaller(`${file}.br`, brotliCompressSync(content, { params: quality }), file)
  writeIfSmaller(`${file}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }), file)
}
writeFileSync(digestFile, digest)

/** The digest of everything that the pages are built from. */
function digestOfSources(): string {
  const hash = createHash('sha256')
  const sources = globSync(
    ['web/**/*.*', 'packages/client/src/**/*.ts', 'scripts/build-pages.ts', 'package-lock.json'],
    { cwd: root },
  )
  for (const path of sources.toSorted()) hash.update(path).update(readFileSync(join(root, path)))
  return hash.digest('hex')
}

function writeIfSmaller(path: string, compressed: Buffer, original: string): void {
  if (compressed.length < statSync(original).size) writeFileSync(path, compressed)
}
