import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { readMail } from '../support/received-mail.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../support/test-app.ts'
import { type ConformanceServer, replayScenario } from './replay.ts'
import { readGolden, readScenarios, type Scenario } from './scenario.ts'

const scenarios = readScenarios('djoser-scenarios.json')
const golden = readGolden('djoser-golden.json')

/** What all configurations have in common (section 16 of the contract). */
const common = {
  COMPATIBILITY: 'simplejwt',
  DJOSER: 'true',
  AUTH_HEADER_TYPES: 'JWT,Bearer',
  ACTIVATION_URL: 'activate/{uid}/{token}',
  PASSWORD_RESET_CONFIRM_URL: 'password-reset/{uid}/{token}',
  USERNAME_RESET_CONFIRM_URL: 'username-reset/{uid}/{token}',
  EMAIL_FRONTEND_PROTOCOL: 'https',
  EMAIL_FRONTEND_DOMAIN: 'app.example.com',
}

const setups: Readonly<Record<string, Record<string, string>>> = {
  plain: {},
  activation: { SEND_ACTIVATION_EMAIL: 'true', SEND_CONFIRMATION_EMAIL: 'true' },
  retype: {
    USER_CREATE_PASSWORD_RETYPE: 'true',
    SET_PASSWORD_RETYPE: 'true',
    PASSWORD_RESET_CONFIRM_RETYPE: 'true',
    SET_USERNAME_RETYPE: 'true',
    USERNAME_RESET_CONFIRM_RETYPE: 'true',
  },
  email: { USERNAME_FIELD: 'email', LOGIN_FIELD: 'email', REQUIRED_FIELDS: 'first_name,last_name' },
  switched: {
    SEND_CONFIRMATION_EMAIL: 'true',
    PASSWORD_CHANGED_EMAIL_CONFIRMATION: 'true',
    USERNAME_CHANGED_EMAIL_CONFIRMATION: 'true',
    PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND: 'true',
    USERNAME_RESET_SHOW_EMAIL_NOT_FOUND: 'true',
    LOGOUT_ON_PASSWORD_CHANGE: 'true',
    HIDE_USERS: 'false',
    ROTATE_REFRESH_TOKENS: 'true',
    BLACKLIST_AFTER_ROTATION: 'true',
  },
}

for (const database of databases) {
  for (const [setup, settings] of Object.entries(setups)) {
    describe(`djoser's contract, set up as ${setup}, on ${database.name}`, () => {
      let app: TestApp
      let server: ConformanceServer
      let folder: string

      beforeAll(async () => {
        folder = mkdtempSync(join(tmpdir(), 'latchkey-mail-'))
        const MAIL_URL = `file:${folder}`
        app = await startTestApp({ database, settings: { ...common, MAIL_URL, ...settings } })
        server = {
          url: app.url,
          secretKey: TEST_SECRET_KEY,
          administer: (action, username) => app.administer(action, username),
          now: () => app.clock.now(),
          takeMails: takeMailsFrom(folder, app),
        }
      })

      afterAll(async () => {
        await app.close()
        rmSync(folder, { recursive: true, force: true })
      })

      const own = scenarios.filter((scenario) => scenario.setup === setup)
      it.each(own.map((scenario): [string, Scenario] => [`${scenario.name}: ${scenario.about}`, scenario]))(
        '%s',
        async (_title, scenario) => {
          const recorded = golden.get(scenario.name)
          if (!recorded) throw new Error(`${scenario.name} has no recording`)
          expect(await replayScenario(scenario, recorded, server)).toEqual([])
        },
      )
    })
  }
}

/** Reads the real outbox: first, everything that is due is sent into the folder. */
function takeMailsFrom(folder: string, { app }: TestApp): NonNullable<ConformanceServer['takeMails']> {
  const taken = new Set<string>()
  return async (address) => {
    await app.mailWorker.settle()
    const fresh = readdirSync(folder).filter((name) => !taken.has(name))
    const mails = fresh
      .map((name) => ({ name, mail: readMail(readFileSync(join(folder, name), 'utf8')) }))
      .filter(({ mail }) => mail.headers.to?.[0]?.replace(/^.*<|>$/g, '') === address)
    for (const { name } of mails) taken.add(name)
    return mails.toSorted((a, b) => a.name.localeCompare(b.name)).map(({ mail }) => mail.text)
  }
}
