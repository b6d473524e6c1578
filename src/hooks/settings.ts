import { type Static, Type } from 'typebox'
import { duration, orNone, readLine, setting, settingGroup } from '../platform/setting.ts'

export const hookSettings = settingGroup('Hooks', {
  configModule: orNone(
    setting(
      Type.String({ minLength: 1 }),
      'CONFIG_MODULE',
      {
        derivedDefault: '`latchkey.config.ts`, `.mjs` or `.js` in the working directory, if it exists',
        description:
          'The module with your hooks, which Latchkey calls before and after certain operations. `none` uses none. ' +
          'See [Hooks and webhooks](hooks-and-webhooks.md).',
      },
      readLine,
    ),
  ),
  timeoutMs: duration('HOOK_TIMEOUT', {
    default: '2s',
    shortest: '1ms',
    longest: '1m',
    description: 'How long Latchkey waits for a hook.',
  }),
})

export type HookSettings = Static<typeof hookSettings>
