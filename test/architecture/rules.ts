import { mayImport, mayImportPolicy, placeOf } from './layers.ts'
import { type PackageHome, packageHomes } from './package-homes.ts'
import { isProduct, isTest, type Rule, target } from './rule.ts'
import type { Import, SourceFile } from './source-file.ts'
import { cycles, exportsHaveUsers, namesMeanOneThing } from './tree-rules.ts'

type Finding = { line: number; says: string }

type FileRule = {
  title: string
  why: string
  appliesTo(file: SourceFile): boolean
  find(file: SourceFile): readonly Finding[]
}

/** A rule that looks at one file at a time. */
function perFile({ title, why, appliesTo, find }: FileRule): Rule {
  const breaches = (files: readonly SourceFile[]) =>
    files
      .filter(appliesTo)
      .flatMap((file) => find(file).map(({ line, says }) => `${file.path}:${line} ${says}. Reason: ${why}`))
  return { title, breaches }
}

const imports = (file: SourceFile, isWrong: (one: Import) => boolean): Finding[] =>
  file.imports.filter(isWrong).map(({ line, specifier, kind }) => ({
    line,
    says: `imports ${kind === 'type' ? 'types of ' : ''}'${specifier}'`,
  }))

const mentions = (file: SourceFile, pattern: RegExp): Finding[] =>
  file.mentions.filter(({ name }) => pattern.test(name)).map(({ name, line }) => ({ line, says: `has ${name}` }))

function packageHome({ packages, home, title, why }: PackageHome) {
  return perFile({
    title,
    why,
    appliesTo: (file) => isProduct(file) && !home.test(file.path),
    find: (file) => imports(file, ({ specifier }) => packages.test(specifier)),
  })
}

const places = perFile({
  title: 'every file of src/ stands in a layer',
  why: 'a file outside the layers escapes the rule of directions. Give it a folder that is named after its subject',
  appliesTo: isProduct,
  find: ({ path }) => (placeOf(path) === undefined ? [{ line: 1, says: 'lies loose in src/' }] : []),
})

/** What a pure file may import besides other pure files: rules need digests and errors, but no clock and no database. */
const PURE_FOUNDATION = /^src\/(errors|platform\/(digest|duration|text-rules|white-space|json))\.ts$|^node:crypto$/

/** The files of concepts that do no I/O: they decide by their arguments alone. */
function purePaths(files: readonly SourceFile[]): ReadonlySet<string> {
  const pure = new Set(files.filter(isProduct).map(({ path }) => path))
  const isPure = (file: SourceFile) =>
    placeOf(file.path)?.layer === 'concepts' &&
    file.imports.every((one) => {
      const path = target(file, one) ?? one.specifier
      return one.kind === 'type' || PURE_FOUNDATION.test(path) || pure.has(path)
    })
  for (let size = -1; size !== pure.size; ) {
    size = pure.size
    for (const file of files) if (!isPure(file)) pure.delete(file.path)
  }
  return pure
}

const DIRECTION_WHY =
  'an import to the left, or of a value between concepts, ties parts together that change for different reasons. ' +
  'Concepts know one another by `import type` only; app/ hands the values in. Pure files are free to import pure files of ' +
  'the concepts to their right: tokens -> sessions -> accounts'

const directions: Rule = {
  title:
    'imports point to the right: main, cli/main -> cli -> app -> http, config -> flows -> concepts -> storage -> platform, errors',
  breaches(files) {
    const pure = purePaths(files)
    const isWrong = (file: SourceFile, one: Import) => {
      const [from, path] = [placeOf(file.path), target(file, one)]
      if (from === undefined || path === undefined) return false
      // The pages and djoser's dialect have settings of their own beside those of the server.
      if (from.unit === 'config' && /^src\/http\/((djoser|pages)\/)?settings\.ts$/.test(path)) return false
      const to = placeOf(path)
      if (!path.startsWith('src/') || path.endsWith('.test.ts') || to === undefined) return true
      const isPolicy = mayImportPolicy(from, to) && pure.has(path)
      return !mayImport(from, to, one.kind) && !isPolicy
    }
    return files
      .filter(isProduct)
      .flatMap((file) =>
        imports(file, (one) => isWrong(file, one)).map(
          ({ line, says }) => `${file.path}:${line} ${says}. Reason: ${DIRECTION_WHY}`,
        ),
      )
  },
}

const configTakesSettings = perFile({
  title: 'config takes from the other folders only their settings.ts and what platform/ has',
  why: 'config joins settings and does nothing else; what it imports runs before any setting is known',
  appliesTo: (file) => isProduct(file) && file.path.startsWith('src/config/'),
  find: (file) =>
    imports(file, (one) => {
      const path = target(file, one) ?? 'src/config/'
      return !/^src\/(config|platform)\/|^src\/errors\.ts$|\/settings\.ts$/.test(path)
    }),
})

const computedImports = perFile({
  title: 'no import is computed, but for the one of the module that a deployment brings along',
  why: 'an import that an expression makes hides from every other rule here',
  appliesTo: (file) => isProduct(file) && file.path !== 'src/hooks/config-module.ts',
  find: (file) => imports(file, ({ specifier }) => specifier === '(computed)'),
})

/** The folder of a contract in a path of http/. `djoser/` is a dialect of `classic/` and builds on its views. */
const contractOf = (path: string) => /^src\/http\/(classic|djoser|v1|pages)\//.exec(path)?.[1]

const contractsApart = perFile({
  title: 'in http/, a contract knows no other, and what they share knows none; http.ts puts them together',
  why: 'a contract can change or go without the others only while none of them reaches into it; move what several need one level up',
  appliesTo: (file) => isProduct(file) && file.path.startsWith('src/http/') && file.path !== 'src/http/http.ts',
  find: (file) =>
    imports(file, (one) => {
      const [from, to] = [contractOf(file.path), contractOf(target(file, one) ?? '')]
      return to !== undefined && to !== from && !(from === 'djoser' && to === 'classic')
    }),
})

const SAMPLE = /^src\/(flows\/)?posts\//

const postsAreASample = perFile({
  title: 'posts are known to app/, http/classic and their v1 routes only, their settings to config',
  why: 'posts are the sample resource of the classic contract and must be removable without a trace',
  appliesTo: (file) =>
    isProduct(file) &&
    !SAMPLE.test(file.path) &&
    !/^src\/(http\/(classic\/|v1\/routes\/admin\/post-routes)|app\/)/.test(file.path),
  find: (file) =>
    imports(file, (one) => {
      const path = target(file, one) ?? ''
      return SAMPLE.test(path) && !(file.path.startsWith('src/config/') && path === 'src/posts/settings.ts')
    }),
})

const packages = packageHomes.map(packageHome)

const sqliteModule = perFile({
  title: 'node:sqlite is loaded in storage/sqlite-module.ts only',
  why: 'an import keeps the package from loading on an old Node, and nobody is told which Node Latchkey needs',
  appliesTo: isProduct,
  find: (file) => imports(file, ({ specifier, kind }) => specifier === 'node:sqlite' && kind === 'value'),
})

const environment = perFile({
  title: 'the environment is read in config/ only',
  why: 'every setting is declared, validated with the others at start, and listed in the manual',
  appliesTo: (file) => isProduct(file) && !file.path.startsWith('src/config/'),
  find: (file) => [
    ...mentions(file, /^process\.env$/),
    ...imports(file, ({ specifier, names }) => /^(node:)?process$/.test(specifier) && names.includes('env')),
  ],
})

const clock = perFile({
  title: 'the system time is read in platform/clock.ts only',
  why: 'time is handed in, so that tests can move it and one operation has one `now`',
  appliesTo: (file) => isProduct(file) && file.path !== 'src/platform/clock.ts',
  find: (file) => mentions(file, /^(Date\.now|new Date\(\)|Date\(\)|Temporal\.Now)$/),
})

const RANDOM = /(^|\.)(randomBytes|randomUUID|randomUUIDv7|randomInt|randomFill|randomFillSync|getRandomValues)$/

const randomness = perFile({
  title: 'random bytes are drawn in platform/random.ts only',
  why: 'randomness is handed in, so that tests can repeat a run and no weak generator slips in',
  appliesTo: (file) => isProduct(file) && file.path !== 'src/platform/random.ts',
  find: (file) => [
    ...mentions(file, /^Math\.random$/),
    ...mentions(file, RANDOM),
    ...imports(file, ({ specifier, names }) => /^(node:)?crypto$/.test(specifier) && names.some((n) => RANDOM.test(n))),
  ],
})

const names = perFile({
  title: 'there is no index.ts, and nothing is called utils or helpers',
  why: 'a barrel makes cycles and a bag has no subject: import the file that owns the name, and name files after their nouns',
  appliesTo: () => true,
  find: ({ path }) => {
    const bad = path.split('/').find((part) => /^(index|utils?|helpers?|misc)(\.|$)/.test(part))
    return bad === undefined ? [] : [{ line: 1, says: `is called ${bad}` }]
  },
})

const length = perFile({
  title: 'no file is longer than 300 lines',
  why: 'most have 40 to 200. Look for two subjects in it',
  // A list of all settings, made from their declarations.
  appliesTo: ({ path }) => path !== 'src/config/named-settings.ts',
  find: ({ lineCount }) => (lineCount > 300 ? [{ line: lineCount, says: `has ${lineCount} lines` }] : []),
})

const types = perFile({
  title: 'the type checker is not switched off',
  why: 'outside data is `unknown` until a schema has read it; a silenced error is a bug that waits',
  appliesTo: () => true,
  find: (file) => mentions(file, /^(any|@ts-(ignore|expect-error|nocheck))$/),
})

const webhookTables = perFile({
  title: 'only webhooks/ writes the tables of webhooks',
  why: 'one part decides what a webhook is told; a second writer would not know how deliveries are claimed and bounded',
  appliesTo: (file) => isProduct(file) && !file.path.startsWith('src/webhooks/'),
  find: (file) => mentions(file, /^write:webhook_/),
})

/** What reads and writes claims sets. `check-restored` proves that a restored key still signs. */
const CLAIMS =
  /^(readToken|checkClaims|checkShape|buildAccessClaims|buildRefreshClaims|toNumericDate|toEpochMs|verifyJwt)$/

const claimsInTokens = perFile({
  title: 'claims are read and written in tokens/ only',
  why: 'every other file gets one typed token; a second reader of claims is a second truth about what a token says',
  appliesTo: (file) => isProduct(file) && !/^src\/(tokens\/|flows\/upkeep\/check-restored\.ts$)/.test(file.path),
  find: (file) => imports(file, ({ kind, names }) => kind === 'value' && names.some((name) => CLAIMS.test(name))),
})

/**
 * What starts a session or issues its refresh token, and who may use it. A logout only stores that a foreign token is spent. The
 * import takes over keys that the former server gave out: nobody logs in by it.
 */
const SESSION_STARTERS = /^(beginSession|startSession|beginLogin|createTokenIssuer)$/
const MAY_START_SESSIONS =
  /^src\/(flows\/tokens\/(login-gate|begin-login-store|refresh|logout)|flows\/import\/import-keys|sessions\/session-store|app\/flows\/token-flows)\.ts$/

const oneGate = perFile({
  title:
    'sessions are started by the login gate only, and where sessions and keys of the former server are carried over',
  why: 'every way of logging in must pass the one gate that asks for a second factor; a second place that starts sessions is a way around it',
  appliesTo: (file) => isProduct(file) && !MAY_START_SESSIONS.test(file.path),
  find: (file) => [
    ...imports(file, ({ kind, names }) => kind === 'value' && names.some((name) => SESSION_STARTERS.test(name))),
    ...file.mentions
      .filter(({ name }) => /\.issuePair$/.test(name))
      .map(({ line }) => ({ line, says: 'issues tokens' })),
  ],
})

const wholeSuite = perFile({
  title: 'no test is skipped, singled out or left to do',
  why: 'what does not run guards nothing, and one `only` silences its whole file',
  appliesTo: isTest,
  find: (file) => mentions(file, /^(it|test|describe|suite|bench)(\..+)?\.(only|skip|todo)$/),
})

/** All of them; the test has one title for each. */
export const rules: readonly Rule[] = [
  places,
  directions,
  configTakesSettings,
  computedImports,
  contractsApart,
  postsAreASample,
  ...packages,
  sqliteModule,
  environment,
  clock,
  randomness,
  names,
  length,
  types,
  webhookTables,
  claimsInTokens,
  oneGate,
  wholeSuite,
  exportsHaveUsers,
  namesMeanOneThing,
  cycles,
]
