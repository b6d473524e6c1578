/** A package (or built-in module) that only some files may import. */
export type PackageHome = {
  packages: RegExp
  /** The files that may import it. */
  home: RegExp
  /** The rule as a sentence: the title of its test. */
  title: string
  why: string
}

export const packageHomes: readonly PackageHome[] = [
  {
    packages: /^(fastify|fastify-plugin|@fastify\/.+)$/,
    home: /^src\/http\//,
    title: 'Fastify is known in http/ only',
    why: 'the flows serve the command line too, and HTTP is a dialect, not the product',
  },
  {
    packages: /^kysely(\/|$)/,
    home: /^src\/storage\/|-store\.ts$/,
    title: 'Kysely is known in storage/ and *-store.ts only',
    why: 'a query outside a store is a decision that nobody finds; ask the store for it, phrased as a decision',
  },
  {
    packages: /^(pg|node:sqlite)$/,
    home: /^src\/storage\//,
    title: 'the database drivers are known in storage/ only',
    why: 'everything else must run on both databases',
  },
  {
    packages: /^jose(\/|$)/,
    home: /\.test\.ts$/,
    title: 'jose is known in tests only',
    why: 'tokens are signed and verified in tokens/jwt.ts, with one closed list of algorithms; a second verifier could decide differently',
  },
  {
    packages: /^rate-limiter-flexible(\/|$)/,
    home: /^src\/rate-limits\//,
    title: 'rate-limiter-flexible is known in rate-limits/ only',
    why: 'every limit is a line of one table, and every path that does the same thing counts under the same line',
  },
  {
    packages: /^prom-client(\/|$)/,
    home: /^src\/metrics\/exposition\.ts$/,
    title: 'prom-client is known in metrics/exposition.ts only',
    why: 'it is loaded only where somebody may read the metrics, and everything else counts without knowing it',
  },
  {
    packages: /^nodemailer(\/|$)/,
    home: /^src\/mail\//,
    title: 'nodemailer is known in mail/ only',
    why: 'flows put mail into the outbox, in the transaction of the change it reports; mail that is sent directly may be sent for nothing, or twice',
  },
  {
    packages: /^@simplewebauthn\/server(\/|$)/,
    home: /^src\/mfa\/passkeys\//,
    title: 'WebAuthn is known in mfa/passkeys/ only',
    why: 'a factor is one folder that can be added and removed',
  },
  {
    packages: /^otpauth(\/|$)/,
    home: /^src\/mfa\/totp\//,
    title: 'one-time passwords are known in mfa/totp/ only',
    why: 'a factor is one folder that can be added and removed',
  },
  {
    packages: /^csv-parse(\/|$)/,
    home: /^src\/foreign-systems\/csv-file\.ts$/,
    title: 'csv-parse is known in foreign-systems/csv-file.ts only',
    why: 'every importer reads CSV alike, and says in its own words which line is at fault',
  },
]
