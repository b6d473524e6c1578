import childProcess, { ChildProcess } from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'

/** For `npm run test:fast`, which starts no processes: a test that tries to start one fails with a message. */
function refuse(): never {
  throw new Error('npm run test:fast starts no process. Exclude this file in test/fast/vitest.config.ts.')
}

// `spawn`, `exec`, `execFile` and `fork` all call this method.
Object.assign(ChildProcess.prototype, { spawn: refuse })
Object.assign(childProcess, { spawnSync: refuse, execFileSync: refuse, execSync: refuse })
syncBuiltinESMExports()
