import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { djangoFields, type FixtureOptions } from '../../flows/export/django-fixture.ts'
import { readMapping } from '../../foreign-systems/django/mapping.ts'
import { oneOf } from '../choice.ts'
import type { Context } from '../context.ts'
import { foreignRefusal } from '../foreign-refusal.ts'
import { Refusal } from '../refusal.ts'
import { type Answer, answering } from '../terminal/answer.ts'
import { printable } from '../terminal/printable.ts'
import { counted } from '../words/counted.ts'

type Options = {
  format: 'jsonl' | 'django'
  encrypt?: true
  withoutFactors?: true
  decrypt?: string
  stdin?: true
  userModel: string
  postModel?: string
  mapping?: string
  blacklist?: true
}

const LEAST_PASSPHRASE = 12

/** `export`: everything that another system needs, in one file. */
export function addExport(program: Command, context: Context): void {
  const command = program
    .command('export <file>')
    .description(
      'writes accounts, hashes, second factors, groups, sessions and posts to a new file, for another system',
    )
    .option(
      '--format <format>',
      'jsonl (one JSON object per line) or django (a fixture for loaddata)',
      oneOf(['jsonl', 'django']),
      'jsonl',
    )
    .option('--encrypt', 'encrypt the file under a passphrase, which the command asks for')
    .option('--without-factors', 'leave out second factors and trusted devices')
    .option('--decrypt <export>', 'instead, decrypt this export into <file>')
    .option('--stdin', 'read the passphrase from the first line of standard input')
    .option('--user-model <model>', 'django: the user model, as app.model', 'auth.user')
    .option('--mapping <file>', 'django: the mapping file of the import, which names the fields of the user model')
    .option('--post-model <model>', 'django: the model of the posts of the sample application')
    .option('--blacklist', 'django: put refresh tokens that must not be used any more on the blacklist of SimpleJWT')
  answering(command, context, (file: string, options: Options) =>
    options.decrypt === undefined ? write(file, options, context) : decrypt(file, options, context),
  )
}

async function write(file: string, options: Options, context: Context): Promise<Answer> {
  if (existsSync(file)) throw new Refusal(`${printable(file)} exists already. Choose another name.`)
  const passphrase = options.encrypt ? await newPassphrase(options, context) : undefined
  const django = options.format === 'django' ? fixtureOptions(options) : undefined
  const hasFactors = options.withoutFactors !== true
  const { leftOut, ...counts } = await context.exporting((exports) =>
    exports.write({ path: file, django, passphrase, hasFactors }),
  )
  const warning =
    passphrase === undefined
      ? ' It is not encrypted and contains password hashes: keep it where only you can read it.'
      : ''
  const missing = leftOut > 0 ? ` The second factors of ${counted(leftOut, 'account')} are not in it.` : ''
  return {
    text: `Wrote ${printable(file)} with ${counted(counts.accounts, 'account')}.${missing}${warning}\n`,
    json: { file, encrypted: passphrase !== undefined, ...counts, accounts_without_their_factors: leftOut },
  }
}

async function decrypt(file: string, options: Options, context: Context): Promise<Answer> {
  const { terminal } = context
  const passphrase = options.stdin ? await terminal.readLine() : await terminal.askSecret('Passphrase: ')
  await context.exporting((exports) => exports.open(options.decrypt ?? '', file, passphrase))
  return { text: `Decrypted it into ${printable(file)}.\n`, json: { file } }
}

async function newPassphrase({ stdin }: Options, { terminal }: Context): Promise<string> {
  if (stdin !== true && !terminal.isInteractive) {
    throw new Refusal('There is no terminal to ask for the passphrase. Pipe it in with --stdin.')
  }
  const passphrase = stdin ? await terminal.readLine() : await terminal.askSecret('Passphrase: ')
  if (passphrase.length < LEAST_PASSPHRASE) {
    throw new Refusal(`The passphrase has fewer than ${LEAST_PASSPHRASE} characters. Choose a longer one.`)
  }
  if (stdin !== true && (await terminal.askSecret('Passphrase again: ')) !== passphrase) {
    throw new Refusal('The two passphrases differ. Nothing was written.')
  }
  return passphrase
}

function fixtureOptions({ userModel, postModel, mapping: path, blacklist }: Options): FixtureOptions {
  const columns = path === undefined ? {} : columnsOf(path)
  return { userModel, postModel, hasBlacklist: blacklist === true, fields: { ...djangoFields, ...columns } }
}

function columnsOf(path: string): FixtureOptions['fields'] {
  try {
    return readMapping(path).columns ?? {}
  } catch (error) {
    throw foreignRefusal(error)
  }
}
