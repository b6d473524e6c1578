import type { Command } from 'commander'
import type { ListedKey } from '../../flows/keys/manage-keys.ts'
import { type Answer, answering } from '../answer.ts'
import { type Context, commandLine } from '../context.ts'
import { keyRefusalWords } from '../key-words.ts'
import { jsonTime, printable, printableTime, textTable } from '../printable.ts'
import { Refusal } from '../refusal.ts'

/** `keys list`, `rotate` and `retire`. */
export function addKeys(program: Command, context: Context): void {
  const keys = program.command('keys').description('signing keys: list, rotate, retire')
  answering(keys.command('list').description('every signing key there ever was, the oldest first'), context, () =>
    context.administer(async ({ listKeys }) => listAnswer(await listKeys())),
  )
  answering(
    keys
      .command('rotate')
      .description('lets the next key sign; what the current one signed stays good until it expires'),
    context,
    () => rotate(context),
  )
  answering(
    keys
      .command('retire <kid>')
      .description('destroys a key: every token it signed is refused, and who has one must log in again')
      .option('--lost-secret', 'also if keys cannot be opened, since the SECRET_KEY they were sealed under is lost')
      .option('--yes', 'do not ask'),
    context,
    (kid: string, options: RetireOptions) => retire(kid, options, context),
  )
}

function listAnswer(keys: readonly ListedKey[]): Answer {
  const table = textTable(['KID', 'ALGORITHM', 'STATE', 'MADE', 'SIGNS SINCE', 'SIGNED UNTIL', 'GOOD UNTIL'])
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

async function rotate(context: Context): Promise<Answer> {
  const outcome = await context.administer(({ keys }) => keys().rotate(commandLine), { needsSecretKey: true })
  switch (outcome.kind) {
    case 'rotated':
      return { text: 'The next key signs from now on.\n', json: { rotated: true } }
    case 'already_rotated':
      return { text: 'Somebody else rotated the keys at the same moment.\n', json: { rotated: false } }
    default:
      throw new Refusal(keyRefusalWords(outcome))
  }
}

type RetireOptions = { lostSecret?: true; yes?: true }

async function retire(kid: string, { lostSecret, yes }: RetireOptions, context: Context): Promise<Answer> {
  const { terminal } = context
  const question = `Refuse every token that ${printable(kid)} has signed, for good?`
  if (terminal.isInteractive && yes !== true && !(await terminal.confirm(question))) {
    throw new Refusal('No key was retired.')
  }
  const outcome = await context.administer(({ keys }) => keys().retire(kid, lostSecret === true, commandLine), {
    needsSecretKey: true,
  })
  if (outcome.kind === 'unknown') throw new Refusal(`There is no key ${printable(kid)}, or it is retired already.`)
  if (outcome.kind !== 'retired') throw new Refusal(keyRefusalWords(outcome))
  const { endedSessions } = outcome
  const sessions = `${endedSessions} ${endedSessions === 1 ? 'session' : 'sessions'}`
  return {
    text: `${printable(kid)} is retired, and with it ${sessions}.\n`,
    json: { kid, ended_sessions: endedSessions },
  }
}
