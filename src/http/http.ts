import type { FastifyInstance } from 'fastify'
import type { Config } from '../config/config.ts'
import type { Authenticate } from '../flows/authenticate.ts'
import type { ChangePassword } from '../flows/change-password.ts'
import type { Login } from '../flows/login.ts'
import type { Logout } from '../flows/logout.ts'
import type { Posts } from '../flows/posts.ts'
import type { Refresh } from '../flows/refresh.ts'
import type { Register } from '../flows/register.ts'
import type { VerifyToken } from '../flows/verify-token.ts'
import type { Logger } from '../platform/log.ts'
import type { Database } from '../storage/database.ts'
import { adminSite } from './admin-site.ts'
import { accountViews } from './classic/account-views.ts'
import { classicContract } from './classic/contract.ts'
import { sampleViews } from './classic/sample-views.ts'
import { signUpViews } from './classic/sign-up-views.ts'
import { tokenViews } from './classic/token-views.ts'
import { documentation } from './documentation.ts'
import { healthChecks } from './health.ts'
import { createServer } from './server.ts'

export type HttpParts = {
  config: Config
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
    posts: Posts
  }
}

/** The server with everything it answers. It does not listen yet. */
export async function createHttp({ config, log, database, flows }: HttpParts): Promise<FastifyInstance> {
  const server = createServer({ log, settings: config.http })
  const { trimPasswords } = config.passwords
  await server.register(documentation, { isPageShown: config.debug })
  await server.register(healthChecks, { database, log })
  await server.register(adminSite)
  await server.register(classicContract, {
    views: [
      ...signUpViews({ register: flows.register, trimPasswords }),
      ...tokenViews({ ...flows, trimPasswords }),
      ...accountViews({ changePassword: flows.changePassword, trimPasswords }),
      ...(config.posts.sampleResources ? sampleViews({ posts: flows.posts }) : []),
    ],
    log,
    authenticate: flows.authenticate,
    authHeaderTypes: config.http.authHeaderTypes,
    isStrict: config.tokens.isStrict,
  })
  await server.ready()
  return server
}
