import { expect, it, onTestFinished } from 'vitest'
import { createAccount } from '../../src/accounts/account-store.ts'
import { countDependents } from '../../src/accounts/dependents-store.ts'
import { queueMail } from '../../src/mail/outbox-store.ts'
import { createOneTimeToken } from '../../src/one-time-tokens/one-time-token.ts'
import { keepOneTimeToken } from '../../src/one-time-tokens/one-time-token-store.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { createPost } from '../../src/posts/post-store.ts'
import { blankAccount } from '../support/blank-account.ts'
import { databases } from '../support/databases.ts'
import { createMigratedDatabase } from '../support/migrated-database.ts'

const NOW = 1_900_000_000_000
const NO_FACTS = { values: {}, links: [] }

it.each(databases)('what goes with an account is counted by kind on $name, up to a limit', async (kind) => {
  const place = await createMigratedDatabase(kind, NOW)
  onTestFinished(() => place.drop())
  const database = place.open()
  const [ann, ben] = await database.inTransaction(async (tx) => [
    await createAccount(tx, { ...blankAccount, username: 'ann' }, 'folded', NOW),
    await createAccount(tx, { ...blankAccount, username: 'ben' }, 'folded', NOW),
  ])
  if (ann === undefined || ben === undefined) throw new Error('there are no accounts')
  await database.inTransaction(async (tx) => {
    for (const { id } of [ann, ann, ann, ben]) await createPost(tx, id, { title: 'a', content: 'b' }, NOW)
    for (const { id, credentialsVersion } of [ann, ann, ben]) {
      const use = { purpose: 'password-reset', account: { id, credentialsVersion }, email: 'a@example.org' }
      await keepOneTimeToken(tx, createOneTimeToken(systemRandom, use, 1_000, NOW).token)
    }
    for (const [id, accountId] of Object.entries({ one: ann.id, two: ben.id })) {
      const mail = {
        id,
        kind: 'password-reset',
        accountId,
        to: 'a@example.org',
        facts: NO_FACTS,
        sealedTokens: undefined,
      }
      await queueMail(tx, { ...mail, queuedAt: NOW, expiresAt: NOW + 1_000 })
    }
  })
  expect(await countDependents(database.read, ann.id, 1_000)).toEqual({ links: 2, mails: 1, posts: 3 })
  expect(await countDependents(database.read, ann.id, 2)).toEqual({ links: 2, mails: 1, posts: 2 })
})
