import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

/** A PgBouncer in front of a PostgreSQL server, in transaction mode. */
export type PgBouncer = {
  /** The same URL through PgBouncer. */
  through(url: string): string
  stop(): Promise<void>
}

/**
 * Starts the machine's `pgbouncer` (Debian: `apt-get install pgbouncer`) in front of the server that `url` names. It
 * has fewer connections than clients, so clients share them.
 *
 * @throws Error if it is not installed, or does not start
 */
export async function startPgBouncer(url: string): Promise<PgBouncer> {
  const { hostname, port: serverPort, username, password } = new URL(url)
  const home = mkdtempSync(join(tmpdir(), 'latchkey-pgbouncer-'))
  const port = await freePort()
  const users = join(home, 'users')
  const config = join(home, 'pgbouncer.ini')
  writeFileSync(users, `"${username}" "${password}"\n`)
  writeFileSync(
    config,
    [
      '[databases]',
      `* = host=${hostname} port=${serverPort}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = scram-sha-256',
      `auth_file = ${users}`,
      'pool_mode = transaction',
      'default_pool_size = 3',
      'max_client_conn = 200',
      '',
    ].join('\n'),
  )
  const isRoot = process.getuid?.() === 0
  // PgBouncer refuses to run as root.
  const user = isRoot ? { uid: idOfNobody('-u'), gid: idOfNobody('-g') } : {}
  if (user.uid !== undefined && user.gid !== undefined) {
    chmodSync(home, 0o755)
    for (const path of [users, config]) chownSync(path, user.uid, user.gid)
  }
  const program = spawn('pgbouncer', [config], { ...user, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] })
  await new Promise<void>((resolve, reject) => {
    let said = ''
    program.once('error', (cause) => reject(new Error('pgbouncer cannot be run: install it first', { cause })))
    program.once('exit', (code) => reject(new Error(`pgbouncer ended with ${code}:\n${said}`)))
    program.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
      if (said.includes('process up')) resolve()
    })
  })
  return {
    through(direct) {
      const pooled = new URL(direct)
      pooled.host = `127.0.0.1:${port}`
      return pooled.href
    },
    async stop() {
      const ended = new Promise((resolve) => program.once('exit', resolve))
      program.kill('SIGINT')
      await ended
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function idOfNobody(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
}
