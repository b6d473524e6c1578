import childProcess, { ChildProcess } from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'

/** For `npm run test:fast`, which starts no process: a test that would start one fails, and says so. */
function refuse(): never {
  throw new Error('npm run test:fast starts no process. Exclude this file in test/fast/vitest.config.ts.')
}

// `spawn`, `exec`, `execFile` and `fork` all come to this method.
Object.assign(ChildProcess.prototype, { spawn: refuse })
Object.assign(childProcess, { spawnSync: refuse, execFileSync: refuse, execSync: refuse })
syncBuiltinESMExports()
