import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A call of a hook. */
type HookCall = { hook: string; event: Record<string, unknown> & { account: Record<string, unknown> } }

/** What each hook does; by default, it allows everything. */
export type HookMode = 'refuse' | 'refuse field' | 'throw' | 'hang' | 'claims'

/** Hooks that record their calls, and do what the test says. The app must run in this process. */
type RecordingHooks = {
  /** For CONFIG_MODULE. */
  path: string
  calls: HookCall[]
  /** Forgets all calls, and sets what each hook does from now on. */
  set(modes: Record<string, HookMode>): void
  remove(): void
}

const shared = globalThis as typeof globalThis & { hookCalls?: HookCall[]; hookModes?: Record<string, HookMode> }

const MODULE = `
const names = ['beforeRegistration', 'afterRegistration', 'beforeLogin', 'afterLogin', 'beforeToken', 'beforePasswordChange']
const code = 'house_rules', message = 'Not in this house.'
function hook(name: string) {
  return async (event: { account: { username: string } }) => {
    globalThis.hookCalls.push({ hook: name, event })
    switch (globalThis.hookModes[name]) {
      case 'refuse': return { refuse: { code, message } }
      case 'refuse field': return { refuse: { code, message, field: 'username' } }
      case 'throw': throw new Error('the directory is down')
      case 'hang': return new Promise(() => {})
      case 'claims': return { claims: { tenant: 'blue', sub: '999', user_id: 999, exp: 1, token_type: 'refresh', jti: 'x' } }
    }
    event.account.username = 'changed by the hook'
  }
}
export default { hooks: Object.fromEntries(names.map((name) => [name, hook(name)])) }
`

/** Writes them as a TypeScript module. */
export function writeRecordingHooks(): RecordingHooks {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-hooks-'))
  const path = join(folder, 'latchkey.config.ts')
  writeFileSync(path, MODULE)
  const hooks: RecordingHooks = {
    path,
    calls: [],
    set(modes) {
      hooks.calls = []
      Object.assign(shared, { hookCalls: hooks.calls, hookModes: modes })
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
  hooks.set({})
  return hooks
}
