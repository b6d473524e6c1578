import type { FastifyInstance } from 'fastify'
import type { Authenticate } from '../flows/authenticate.ts'
import type { ChangePassword } from '../flows/change-password.ts'
import type { Login } from '../flows/login.ts'
import type { Logout } from '../flows/logout.ts'
import type { Refresh } from '../flows/refresh.ts'
import type { Register } from '../flows/register.ts'
import type { VerifyToken } from '../flows/verify-token.ts'
import type { Logger } from '../platform/log.ts'
import type { Database } from '../storage/database.ts'
import { adminSite } from './admin-site.ts'
import { accountViews } from './classic/account-views.ts'
import { classicContract } from './classic/contract.ts'
import { signUpViews } from './classic/sign-up-views.ts'
import { tokenViews } from './classic/token-views.ts'
import type { View } from './classic/view.ts'
import { documentation } from './documentation.ts'
import { healthChecks } from './health.ts'
import { createServer } from './server.ts'
import type { HttpSettings } from './settings.ts'

export type HttpParts = {
  /** DEBUG: also serve what only developers should see. */
  debug: boolean
  settings: HttpSettings & { trimPasswords: boolean; isStrict: boolean }
  log: Logger
  database: Database
  flows: {
    authenticate: Authenticate
    register: Register
    login: Login
    refresh: Refresh
    verifyToken: VerifyToken
    logout: Logout
    changePassword: ChangePassword
  }
  /** The sample resources of the classic contract, where they are on. */
  sampleViews: readonly View[]
}

/** The server with everything it answers. It does not listen yet. */
export async function createHttp({
  debug,
  settings,
  log,
  database,
  flows,
  sampleViews,
}: HttpParts): Promise<FastifyInstance> {
  const server = createServer({ log, settings })
  const { trimPasswords } = settings
  await server.register(documentation, { isPageShown: debug })
  await server.register(healthChecks, { database, log })
  await server.register(adminSite)
  await server.register(classicContract, {
    views: [
      ...signUpViews({ register: flows.register, trimPasswords }),
      ...tokenViews({ ...flows, trimPasswords }),
      ...accountViews({ changePassword: flows.changePassword, trimPasswords }),
      ...sampleViews,
    ],
    log,
    authenticate: flows.authenticate,
    authHeaderTypes: settings.authHeaderTypes,
    isStrict: settings.isStrict,
  })
  await server.ready()
  return server
}
