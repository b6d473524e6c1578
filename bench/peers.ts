import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { PYTHON } from '../test/support/python.ts'
import { compareIn } from './benchmark.ts'
import type { Comparison } from './comparison.ts'
import type { DatabaseKind } from './databases.ts'
import type { BenchOptions } from './options.ts'
import type { ServerRunner } from './servers.ts'

/** A comparison with another server of the classic contract, or the reason why there is none. */
export type PeerResult =
  | { kind: 'measured'; name: string; comparisons: Comparison[] }
  | { kind: 'absent'; name: string; reason: string }

const name = 'Django'
const modules = ['django', 'rest_framework', 'rest_framework_simplejwt', 'gunicorn']

/**
 * Latchkey with HS256 on SQLite, compared with Django REST framework and SimpleJWT under gunicorn, one process per
 * core. Both hash with their own defaults. Processor time is left out, because it would cover only the first of
 * gunicorn's processes.
 */
export async function measurePeer(
  runner: ServerRunner,
  kind: DatabaseKind,
  options: BenchOptions,
): Promise<PeerResult> {
  const look = spawnSync(PYTHON, ['-c', `import ${modules.join(', ')}`], { encoding: 'utf8' })
  if (look.status !== 0) return { kind: 'absent', name, reason: `${PYTHON} does not have all of ${modules.join(', ')}` }
  const environment = {
    PEER_DATABASE: (await kind.create('peer')).replace(/^sqlite:/, ''),
    PYTHONDONTWRITEBYTECODE: '1',
  }
  const made = spawnSync(PYTHON, ['django_peer.py'], { cwd: import.meta.dirname, env: environment, encoding: 'utf8' })
  if (made.status !== 0) return { kind: 'absent', name, reason: `its database could not be made: ${made.stderr}` }
  const django = await runner.start(name, (port) => ({
    program: PYTHON,
    args: [
      ...['-m', 'gunicorn', '--chdir', import.meta.dirname, '--bind', `127.0.0.1:${port}`, '--keep-alive', '75'],
      ...['--workers', String(availableParallelism()), '--threads', '32', '--log-level', 'error', 'django_peer'],
    ],
    environment,
  }))
  const latchkey = await runner.startLatchkey({ algorithm: 'HS256', databaseUrl: await kind.create('beside_peer') })
  const comparisons = await compareIn(latchkey, { ...django, cpuMs: () => undefined }, options)
  await Promise.all([latchkey.stop(), django.stop()])
  return { kind: 'measured', name, comparisons }
}
