import type { Static } from 'typebox'
import { choice, onOff, settingGroup } from '../platform/setting.ts'

/** What belongs to no concept: the mode of the whole server. */
export const generalSettings = settingGroup('General', {
  debug: onOff('DEBUG', {
    derivedDefault: '`false`; `npm start` runs with `true`',
    description:
      'Development: sample resources, the mailbox page, and a secret made and kept if none is given. Not for production.',
  }),
  compatibility: choice('COMPATIBILITY', ['none', 'simplejwt'], {
    default: 'none',
    description:
      'With `simplejwt` the classic contract holds to the letter; the defaults that change are listed below.',
  }),
  logLevel: choice('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description:
      'The least that is logged: `fatal`, `error`, `warn`, `info`, `debug` or `trace`; `silent` for nothing.',
  }),
  logFormat: choice('LOG_FORMAT', ['json', 'text'], {
    derivedDefault: '`json`; with `DEBUG` it is `text`',
    description: 'How the log is written: `json` for programs, `text` for people, with one short line for each event.',
  }),
})

export type GeneralSettings = Static<typeof generalSettings>
