import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

/** A package as it would be published. */
export type PackedPackage = {
  name: string
  tarball: Uint8Array<ArrayBuffer>
  /** The paths in it. */
  files: string[]
  /** Bytes of the tarball. */
  size: number
}

/** Builds a package and packs it as `npm publish` would. @param folder from the root of the repository */
export async function packPackage(folder: string): Promise<PackedPackage> {
  const destination = mkdtempSync(join(tmpdir(), 'latchkey-pack-'))
  try {
    const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', destination], {
      cwd: join(root, folder),
      timeout: 100_000,
    })
    const told = JSON.parse(stdout.slice(stdout.indexOf('[')))
    const [{ name, filename, files, size }] = told as [
      { name: string; filename: string; files: { path: string }[]; size: number },
    ]
    const tarball = new Uint8Array(readFileSync(join(destination, filename)))
    return { name, tarball, files: files.map(({ path }) => path), size }
  } finally {
    rmSync(destination, { recursive: true, force: true })
  }
}

/** What publint and "are the types wrong?" report about a package, as texts. The packages are ES modules only. */
export async function findPackagingFaults({ tarball }: PackedPackage): Promise<string[]> {
  const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, strict: true })
  const analysis = await checkPackage(createPackageFromTarballData(tarball))
  if (analysis.types === false) return ['there are no types']
  // As its profile "esm-only": neither TypeScript's node10 nor a require() of years ago knows such packages.
  const problems = analysis.problems.filter(
    (problem) => !('resolutionKind' in problem) || ['node16-esm', 'bundler'].includes(problem.resolutionKind),
  )
  return [
    ...messages.map((message) => formatMessage(message, pkg) ?? message.code),
    ...problems.map((problem) => JSON.stringify(problem)),
  ]
}

/** An empty folder with packages installed in it. */
export type Consumer = {
  folder: string
  /** Writes a file there. */
  write(name: string, text: string): void
  /** Runs a program there, with the Node of these tests. @returns what it wrote @throws Error if it fails */
  node(...args: string[]): Promise<string>
  remove(): void
}

/**
 * Unpacks packages into the `node_modules` of an empty folder. What they depend on is linked from here: tests have no
 * network.
 */
export async function installPacked(
  packages: readonly PackedPackage[],
  dependencies: readonly string[],
): Promise<Consumer> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-consumer-'))
  writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}')
  for (const { name, tarball } of packages) {
    const place = join(folder, 'node_modules', name)
    mkdirSync(place, { recursive: true })
    writeFileSync(join(folder, 'package.tgz'), tarball)
    await run('tar', ['-xzf', 'package.tgz', '-C', place, '--strip-components=1'], { cwd: folder })
  }
  for (const name of dependencies) {
    const place = join(folder, 'node_modules', name)
    mkdirSync(dirname(place), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), place)
  }
  return {
    folder,
    write: (name, text) => writeFileSync(join(folder, name), text),
    async node(...args) {
      const { stdout } = await run(process.execPath, args, { cwd: folder, timeout: 60_000 })
      return stdout
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
