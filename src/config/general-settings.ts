import type { Static } from 'typebox'
import { choice, onOff, settingGroup } from '../platform/setting.ts'

/** Settings that belong to no concept: the mode of the whole server. */
export const generalSettings = settingGroup('General', {
  debug: onOff('DEBUG', {
    derivedDefault: '`false`; `true` with `npm start`',
    description:
      'Development mode: enables the sample resources and the mailbox page, and generates a secret if none is ' +
      'set. Do not use it in production: Latchkey refuses it if others can reach `PUBLIC_URL`.',
  }),
  debugOnPublicUrl: onOff('DEBUG_ON_PUBLIC_URL', {
    default: 'false',
    description:
      'Allows `DEBUG` although `PUBLIC_URL` does not name this machine, for a server that only developers can reach. The ' +
      'pages for developers still answer only under `localhost` and loopback addresses.',
  }),
  compatibility: choice('COMPATIBILITY', ['none', 'simplejwt'], {
    default: 'none',
    description:
      '`simplejwt` makes the classic contract match Django REST framework with SimpleJWT exactly. It also changes some ' +
      'defaults, which the manual lists.',
  }),
  djoser: onOff('DJOSER', {
    default: 'false',
    description: 'Whether Latchkey also serves the paths of djoser, below `DJOSER_PREFIX`. See [djoser](djoser.md).',
  }),
  logLevel: choice('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description:
      'The lowest level that is logged: `fatal`, `error`, `warn`, `info`, `debug` or `trace`. `silent` logs ' +
      'nothing.',
  }),
  logFormat: choice('LOG_FORMAT', ['json', 'text'], {
    derivedDefault: '`json`; with `DEBUG` it is `text`',
    description: 'The format of the log: `json` for programs, or `text` for people, with one short line per event.',
  }),
})

export type GeneralSettings = Static<typeof generalSettings>
