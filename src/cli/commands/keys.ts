import type { Command } from 'commander'
import type { ListedKey } from '../../flows/keys/manage-keys.ts'
import { commandLine } from '../../flows/rights/actor.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { type Answer, answering } from '../terminal/answer.ts'
import { jsonTime, printable, printableTime, textTable } from '../terminal/printable.ts'
import { counted } from '../words/counted.ts'
import { keyRefusalWords } from '../words/key-words.ts'

/** `keys list`, `rotate` and `retire`. */
export function addKeys(program: Command, context: Context): void {
  const keys = program.command('keys').description('signing keys: list, rotate, retire')
  answering(keys.command('list').description('lists all signing keys, oldest first'), context, () =>
    context.administer(async ({ listKeys }) => listAnswer(await listKeys()), { needs: 'database' }),
  )
  answering(
    keys
      .command('rotate')
      .description(
        'makes the next key sign once every API knows it; tokens of the current key stay valid until they expire',
      )
      .option('--now', 'for a leaked key: sign at once; APIs may refuse new tokens for up to ten minutes'),
    context,
    ({ now }: { now?: true }) => rotate(now === true, context),
  )
  answering(
    keys
      .command('retire <kid>')
      .description('destroys a key; every token it signed is refused, and its users must log in again')
      .option('--lost-secret', 'retire it even if it cannot be decrypted because its SECRET_KEY is lost')
      .option('--yes', 'do not ask'),
    context,
    (kid: string, options: RetireOptions) => retire(kid, options, context),
  )
}

function listAnswer(keys: readonly ListedKey[]): Answer {
  const table = textTable(['KID', 'ALGORITHM', 'STATE', 'CREATED', 'SIGNS SINCE', 'SIGNED UNTIL', 'VALID UNTIL'])
  const cells = keys.map((key) => [
    key.kid,
    key.algorithm,
    key.state,
    ...[key.createdAt, key.activatedAt, key.supersededAt, key.retiredAt ?? key.retiresAt].map(printableTime),
  ])
  const json = keys.map((key) => ({
    kid: key.kid,
    algorithm: key.algorithm,
    state: key.state,
    created_at: jsonTime(key.createdAt),
    activated_at: jsonTime(key.activatedAt),
    superseded_at: jsonTime(key.supersededAt),
    retires_at: jsonTime(key.retiresAt),
    retired_at: jsonTime(key.retiredAt),
  }))
  return { text: table(cells), json }
}

async function rotate(isImmediate: boolean, context: Context): Promise<Answer> {
  const outcome = await context.administer(({ keys }) => keys().rotate(commandLine, isImmediate), {
    needsSecretKey: true,
  })
  switch (outcome.kind) {
    case 'rotated':
      return {
        text: `The next key now signs tokens.\n${isImmediate ? AFTER_IMMEDIATE : ''}`,
        json: { rotated: true, takes_effect_at: jsonTime(outcome.takesEffectAt) },
      }
    case 'scheduled':
      return {
        text:
          `The next key signs tokens from ${printableTime(outcome.takesEffectAt)}. By then, every API that caches the ` +
          'key set knows it.\n',
        json: { rotated: false, takes_effect_at: jsonTime(outcome.takesEffectAt) },
      }
    case 'already_rotated':
      return {
        text: 'Another process rotated the keys at the same moment.\n',
        json: { rotated: false, takes_effect_at: null },
      }
    default:
      throw new Refusal(keyRefusalWords(outcome))
  }
}

/** The consequences of `--now`. */
const AFTER_IMMEDIATE =
  'APIs that cached the key set may refuse new tokens for up to ten minutes.\n' +
  'Tokens of the previous key are still accepted. If it leaked, refuse them: latchkey keys retire KID\n'

type RetireOptions = { lostSecret?: true; yes?: true }

async function retire(kid: string, { lostSecret, yes }: RetireOptions, context: Context): Promise<Answer> {
  const { terminal } = context
  const question = `Destroy ${printable(kid)} and refuse every token it signed? This cannot be undone.`
  if (terminal.isInteractive && yes !== true && !(await terminal.confirm(question))) {
    throw new Refusal('Cancelled. No key was retired.')
  }
  const outcome = await context.administer(({ keys }) => keys().retire(kid, lostSecret === true, commandLine), {
    needsSecretKey: true,
  })
  if (outcome.kind === 'unknown')
    throw new Refusal(`There is no key ${printable(kid)}, or it has already been retired.`)
  if (outcome.kind !== 'retired') throw new Refusal(keyRefusalWords(outcome))
  const { endedSessions } = outcome
  const sessions =
    endedSessions === undefined ? 'its sessions, too many to count them now' : counted(endedSessions, 'session')
  return {
    text: `Retired ${printable(kid)} and ended ${sessions}.\n`,
    json: { kid, ended_sessions: endedSessions ?? null },
  }
}
