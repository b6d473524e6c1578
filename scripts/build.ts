/*
 * Builds the server: JavaScript, declarations and source maps go from `src/` to `dist/`, together with the data files
 * that the server reads. It removes files from `dist/` that `src/` no longer has.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const sources = join(root, 'src')
const built = join(root, 'dist')
const buildInfo = join(root, 'node_modules/.cache/latchkey/build.tsbuildinfo')

removeStale()
// Without `dist/`, the compiler's record of what it has written is wrong, and it would write only what has changed
// since.
if (!existsSync(built)) rmSync(buildInfo, { force: true })
const compiler = join(root, 'node_modules/typescript/bin/tsc')
const { status } = spawnSync(process.execPath, [compiler, '--project', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
if (status !== 0) process.exit(status ?? 1)
for (const path of globSync('**/*.{gz,LICENSE}', { cwd: sources })) {
  mkdirSync(dirname(join(built, path)), { recursive: true })
  cpSync(join(sources, path), join(built, path))
}

function removeStale(): void {
  for (const path of globSync('**/*.{js,js.map,d.ts}', { cwd: built, exclude: ['pages/**'] })) {
    const source = path.replace(/(\.js|\.js\.map|\.d\.ts)$/, '.ts')
    if (!existsSync(join(sources, source))) rmSync(join(built, path))
  }
}
