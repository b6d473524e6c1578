import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { placeOf } from './architecture/layers.ts'
import { rules } from './architecture/rules.ts'
import { readSourceFile } from './architecture/source-file.ts'

const root = join(import.meta.dirname, '..')
const paths = globSync('{src,test,bench,packages/*/build}/**/*.ts', { cwd: root }).map((path) =>
  path.replaceAll(sep, '/'),
)

/** What the rules say about files that exist only in these tests, as `path:line what`, without the reason. */
function breachesOf(made: Record<string, string>): string[] {
  const files = Object.entries(made).map(([path, text]) => readSourceFile(path, text))
  return rules.flatMap((rule) => rule.breaches(files)).map((breach) => breach.replace(/\. Reason: .+$/, ''))
}

describe('the sources as they are', () => {
  const files = paths.map((path) => readSourceFile(path, readFileSync(join(root, path), 'utf8')))

  it('are read, including the tests', () => {
    expect(paths).toContain('src/errors.ts')
    expect(paths).toContain('test/architecture.test.ts')
  })

  it.each(rules)('$title', ({ breaches }) => {
    expect(breaches(files)).toEqual([])
  })
})

describe('the rule of directions', () => {
  const value = (from: string, specifier: string) => breachesOf({ [from]: `import { a } from '${specifier}'` })
  const type = (from: string, specifier: string) => breachesOf({ [from]: `import type { A } from '${specifier}'` })

  it.each([
    ['src/main.ts', './app/app.ts'],
    ['src/cli/main.ts', '../app/app.ts'],
    ['src/cli/context.ts', '../app/commands/administration.ts'],
    ['src/cli/main.ts', './commands/migrate.ts'],
    ['src/app/app.ts', '../posts/post-store.ts'],
    ['src/flows/posts/posts.ts', '../../posts/post-store.ts'],
    ['src/http/classic/post-routes.ts', '../../posts/post.ts'],
    ['src/http/http.ts', './v1/page.ts'],
    ['src/http/djoser/parts.ts', '../classic/view.ts'],
    ['src/http/v1/page.ts', '../refusals/problem.ts'],
    ['src/flows/tokens/login.ts', '../../passwords/password-check.ts'],
    ['src/flows/tokens/login.ts', './session-tokens.ts'],
    ['src/sessions/session-store.ts', '../storage/prepared.ts'],
    ['src/mfa/factors.ts', './totp/totp-factor.ts'],
    ['src/storage/migrate.ts', '../platform/clock.ts'],
    ['src/config/config.ts', '../tokens/settings.ts'],
    ['src/config/config.ts', '../http/settings.ts'],
    ['src/config/config.ts', '../posts/settings.ts'],
    ['src/flows/tokens/login.test.ts', '../../http/server.ts'],
  ])('lets %s import %s', (from, specifier) => {
    expect(value(from, specifier)).toEqual([])
  })

  it.each([
    ['src/app/app.ts', '../main.ts'],
    ['src/app/app.ts', '../cli/commands/migrate.ts'],
    ['src/http/server.ts', '../app/app.ts'],
    ['src/http/server.ts', '../cli/commands/migrate.ts'],
    ['src/flows/tokens/login.ts', '../../http/server.ts'],
    ['src/flows/tokens/login.ts', '../../config/config.ts'],
    ['src/tokens/jwt.ts', '../flows/tokens/login.ts'],
    ['src/tokens/jwt.ts', '../keys/key-ring.ts'],
    ['src/storage/migrate.ts', '../accounts/account-store.ts'],
    ['src/platform/seal.ts', '../storage/database.ts'],
    ['src/errors.ts', './tokens/claims.ts'],
    ['src/config/config.ts', '../tokens/claims.ts'],
    ['src/flows/tokens/login.ts', '../../posts/post.ts'],
    ['src/flows/tokens/login.ts', '../posts/posts.ts'],
    ['src/http/v1/routes.ts', '../../posts/post.ts'],
    ['src/http/monitoring/metrics-page.ts', '../v1/page.ts'],
    ['src/http/pages/site.ts', '../v1/page.ts'],
    ['src/http/classic/view.ts', '../djoser/parts.ts'],
    ['src/app/app.ts', '../../test/support/databases.ts'],
    ['src/app/app.ts', '../flows/tokens/login.test.ts'],
  ])('does not let %s import %s', (from, specifier) => {
    expect(value(from, specifier)).toContain(`${from}:1 imports '${specifier}'`)
  })

  it('lets concepts know one another by type, and no other layer import from its left even so', () => {
    expect(type('src/tokens/jwt.ts', '../keys/key-ring.ts')).toEqual([])
    expect(type('src/storage/migrate.ts', '../accounts/account.ts')).toHaveLength(1)
    expect(type('src/flows/tokens/login.ts', '../../http/server.ts')).toEqual([
      "src/flows/tokens/login.ts:1 imports types of '../../http/server.ts'",
    ])
  })

  it('lets pure files import pure files of concepts to their right, and nothing else of another concept', () => {
    const files = {
      'src/accounts/account.ts': "import type { Profile } from './profile.ts'",
      'src/accounts/account-store.ts': "import { prepared } from '../storage/prepared.ts'\nimport './account.ts'",
      'src/accounts/account-cache.ts': "import { findAccount } from './account-store.ts'",
    }
    const from = (path: string, specifier: string) =>
      breachesOf({ ...files, [path]: `import { a } from '${specifier}'` })
    expect(from('src/sessions/session.ts', '../accounts/account.ts')).toEqual([])
    expect(from('src/tokens/token-of-session.ts', '../accounts/account.ts')).toEqual([])
    expect(from('src/accounts/names/username.ts', '../../sessions/session.ts')).toHaveLength(1)
    expect(from('src/sessions/session.ts', '../accounts/account-store.ts')).toHaveLength(1)
    expect(from('src/sessions/session.ts', '../accounts/account-cache.ts')).toHaveLength(1)
    expect(from('src/mail/mail.ts', '../accounts/account.ts')).toHaveLength(1)
  })

  it('treats every folder that is not a layer as a concept, even one nobody has thought of yet', () => {
    expect(placeOf('src/organisations/team-store.ts')).toEqual({ layer: 'concepts', unit: 'organisations' })
    expect(value('src/organisations/team.ts', '../accounts/account.ts')).toHaveLength(1)
  })

  it('requires a folder for every file', () => {
    expect(breachesOf({ 'src/things.ts': '' })).toEqual(['src/things.ts:1 lies loose in src/'])
  })
})

describe('the scanner', () => {
  it.each([
    "export { a } from '../http/server.ts'",
    "export * from '../http/server.ts'",
    "import '../http/server.ts'",
    "const a = await import('../http/server.ts')",
    "import { type A } from '../http/server.ts'",
    "import {\n  a,\n  b,\n} from '../http/server.ts'",
  ])('sees a value import in %j', (text) => {
    expect(breachesOf({ 'src/flows/a.ts': text })).toEqual(["src/flows/a.ts:1 imports '../http/server.ts'"])
  })

  it.each(["export type { A } from '../http/server.ts'", "type A = import('../http/server.ts').A"])(
    'sees a type import in %j',
    (text) => {
      expect(breachesOf({ 'src/flows/a.ts': text })).toEqual(["src/flows/a.ts:1 imports types of '../http/server.ts'"])
    },
  )

  it('is not misled by comments, strings and regular expressions', () => {
    const text = [
      "// import { a } from 'fastify'",
      'const help = "import { a } from \'fastify\'; process.env"',
      'const quote = /["\'`]/; const more = `Date.now() any`; const half = help.length / 2',
    ].join('\n')
    expect(breachesOf({ 'src/flows/a.ts': text })).toEqual([])
  })

  it('refuses an import that it cannot read', () => {
    expect(breachesOf({ 'src/flows/a.ts': 'await import(process.title)' })).toEqual([
      "src/flows/a.ts:1 imports '(computed)'",
    ])
  })
})

describe('the other rules', () => {
  it.each([
    ['src/flows/a.ts', "import fastify from 'fastify'", 'src/http/a.ts'],
    ['src/flows/a.ts', "import type { Static } from '@fastify/type-provider-typebox'", 'src/http/a.ts'],
    ['src/accounts/account.ts', "import type { Kysely } from 'kysely'", 'src/accounts/account-store.ts'],
    ['src/accounts/account-store.ts', "import pg from 'pg'", 'src/storage/postgres/pool.ts'],
    ['src/tokens/jwt.ts', "import { jwtVerify } from 'jose'", 'test/http/keys.test.ts'],
    ['src/tokens/jwt.ts', "import { jwtVerify } from 'jose/jwt/verify'", 'src/tokens/jwt.test.ts'],
    ['src/metrics/counter.ts', "import { Counter } from 'prom-client'", 'src/metrics/exposition.ts'],
    ['src/http/a.ts', "import { RateLimiterMemory } from 'rate-limiter-flexible'", 'src/rate-limits/limiter.ts'],
    ['src/mfa/factors.ts', "import * as webauthn from '@simplewebauthn/server'", 'src/mfa/passkeys/passkey-factor.ts'],
    [
      'src/audit/audit-store.ts',
      "await tx.insertInto('webhook_deliveries').values(rows).execute()",
      'src/webhooks/delivery-store.ts',
    ],
    [
      'src/flows/tokens/introspect.ts',
      "import { verifyJwt } from '../../tokens/jwt.ts'",
      'src/flows/upkeep/check-restored.ts',
    ],
    [
      'src/flows/mail/invitation.ts',
      "import { startSession } from '../../sessions/session-store.ts'",
      'src/flows/tokens/login-gate.ts',
    ],
    [
      'src/flows/accounts/sign-up/sign-up.ts',
      "import { beginLogin } from '../../tokens/begin-login-store.ts'",
      'src/flows/tokens/refresh.ts',
    ],
    ['src/flows/a.ts', 'const port = process.env.PORT', 'src/config/environment.ts'],
    ['src/flows/a.ts', "const port = globalThis.process['env'].PORT", 'src/config/environment.ts'],
    ['src/flows/a.ts', 'const { env } = process', 'src/config/environment.ts'],
    ['src/flows/a.ts', "import { env } from 'node:process'", 'src/config/environment.ts'],
    ['src/flows/a.ts', 'const now = Date.now()', 'src/platform/clock.ts'],
    ['src/flows/a.ts', 'const now = new Date()', 'src/platform/clock.ts'],
    ['src/flows/a.ts', 'const now = Temporal.Now.instant()', 'src/platform/clock.ts'],
    ['src/flows/a.ts', "import { randomUUID } from 'node:crypto'", 'src/platform/random.ts'],
    ['src/flows/a.ts', 'const id = crypto.randomUUID()', 'src/platform/random.ts'],
    ['src/flows/a.ts', 'const dice = Math.random()', 'src/platform/random.ts'],
    ['src/flows/a.ts', 'const all: any[] = []', undefined],
    ['src/flows/a.ts', `/${'/'} @ts-${'ignore'} later`, undefined],
    ['src/flows/a.test.ts', "it.only('x', () => {})", undefined],
    ['test/a.test.ts', "describe.concurrent.skip('x', () => {})", undefined],
    ['test/a.test.ts', "test.todo('x')", undefined],
    ['src/flows/index.ts', '', 'src/flows/indexing.ts'],
    ['src/utils/text.ts', '', 'src/text/text.ts'],
    ['test/support/helpers.ts', '', 'test/support/clock.ts'],
  ])('in %s: %j breaks a rule', (path, text, home) => {
    expect(breachesOf({ [path]: text })).toHaveLength(1)
    if (home !== undefined) expect(breachesOf({ [home]: text })).toEqual([])
  })

  it('allows a given time to become a date', () => {
    expect(breachesOf({ 'src/flows/a.ts': 'const text = new Date(0).toISOString()' })).toEqual([])
  })

  it('lets a file have 300 lines, and no more', () => {
    expect(breachesOf({ 'src/flows/a.ts': '\n'.repeat(300) })).toEqual([])
    expect(breachesOf({ 'src/flows/a.ts': '\n'.repeat(301) })).toEqual(['src/flows/a.ts:301 has 301 lines'])
  })

  it('finds an exported name without a user', () => {
    const made = { 'src/flows/a.ts': 'export const a = 1\nexport type B = A\ntype A = string' }
    const user = (path: string, text: string) => breachesOf({ ...made, [path]: text })
    expect(breachesOf(made)).toEqual([
      'src/flows/a.ts:1 exports a, which nothing imports',
      'src/flows/a.ts:2 exports B, which nothing imports',
    ])
    expect(user('src/flows/b.ts', "import { a, type B } from './a.ts'")).toEqual([])
    expect(user('src/flows/b.ts', "import * as all from './a.ts'")).toEqual([])
    expect(user('src/flows/b.test.ts', "import { a, type B } from './a.ts'")).toEqual([
      'src/flows/a.ts:1 exports a, which only tests import',
      'src/flows/a.ts:2 exports B, which only tests import',
    ])
  })

  it('finds a name that two files export', () => {
    const files = {
      'src/flows/a.ts': 'export const limit = 1',
      'src/mail/b.ts': 'export const limit = 2',
      'src/http/c.ts': "import { limit } from '../flows/a.ts'\nimport { limit as other } from '../mail/b.ts'",
    }
    expect(breachesOf(files)).toEqual(['src/mail/b.ts:1 exports limit, as src/flows/a.ts does'])
  })

  it('lets a test look at a name that its own file uses, too', () => {
    const text = 'export const LIMIT = 3\nexport const isMore = (count: number) => count > LIMIT'
    expect(
      breachesOf({
        'src/flows/a.ts': text,
        'src/flows/a.test.ts': "import { LIMIT } from './a.ts'",
        'src/flows/b.ts': "import { isMore } from './a.ts'",
      }),
    ).toEqual([])
  })

  it('finds a cycle of values, and allows a cycle of types', () => {
    const ring = (word: string) => ({
      'src/http/a.ts': "import { b } from './b.ts'",
      'src/http/b.ts': "import { c } from './c.ts'",
      'src/http/c.ts': `${word} { a } from './a.ts'`,
    })
    expect(breachesOf(ring('import type'))).toEqual([])
    expect(breachesOf(ring('import'))).toEqual([
      'src/http/a.ts:1 imports itself: src/http/a.ts -> src/http/b.ts -> src/http/c.ts -> src/http/a.ts',
    ])
  })

  it('says the file, the import and the reason', () => {
    const [breach] = rules.flatMap((rule) =>
      rule.breaches([readSourceFile('src/flows/a.ts', "\nimport fastify from 'fastify'")]),
    )
    expect(breach).toBe(
      "src/flows/a.ts:2 imports 'fastify'. Reason: " +
        'the flows serve the command line too, and HTTP is a dialect, not the product',
    )
  })
})
