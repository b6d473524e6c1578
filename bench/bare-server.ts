import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import Fastify, { type FastifyReply } from 'fastify'
import { hashBarely, isPassword } from './bare-hash.ts'
import { openPostgresStore, openSqliteStore } from './bare-store.ts'
import { type BareAlgorithm, createBareSigner, createRememberingSigner } from './bare-tokens.ts'

/*
 * The server that Latchkey is compared with: Fastify with Latchkey's socket options, doing only the unavoidable work,
 * as a developer would write it for speed. A profile request verifies one token and reads its session and account; so
 * does a verification, because the session may have ended. It remembers tokens that it has verified. A refresh verifies
 * a signature, reads a session and its account, makes a guarded and durable update, and signs two tokens. There are no
 * field rules, end reasons, retry window, audit log, request log or security headers. Do not use it for anything else.
 */

type Credentials = { username: string; password: string }

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    algorithm: { type: 'string', default: 'HS256' },
    database: { type: 'string', default: '' },
    'single-commits': { type: 'boolean', default: false },
  },
})
const store = values.database.startsWith('sqlite:')
  ? openSqliteStore(values.database.slice('sqlite:'.length), values['single-commits'] ? 1 : 256)
  : await openPostgresStore(values.database)
const accessTokens = createRememberingSigner(values.algorithm as BareAlgorithm)
// As in Latchkey: only the server itself reads refresh tokens, so HMAC is enough.
const refreshTokens = createBareSigner('HS256')

const server = Fastify({
  bodyLimit: 1_048_576,
  requestTimeout: 30_000,
  keepAliveTimeout: 72_000,
  http: { headersTimeout: 10_000, connectionsCheckingInterval: 5_000 },
  logger: false,
})

server.get('/healthz', async () => ({ status: 'ok' }))

server.get('/api/users/profile/', async (request, reply) => {
  const claims = accessTokens.verify((request.headers.authorization ?? '').slice('Bearer '.length))
  const account = await store.findOwner(claims.sid)
  if (account === undefined) return refuse(reply)
  const { id, username, email } = account
  return { id, username, email, first_name: '', last_name: '' }
})

server.post<{ Body: { token: string } }>('/api/token/verify/', async ({ body }, reply) => {
  const { sid } = accessTokens.verify(body.token)
  return (await store.findOwner(sid)) !== undefined ? {} : refuse(reply)
})

server.post<{ Body: { refresh: string } }>('/api/token/refresh/', async ({ body }, reply) => {
  const { sid, jti, user_id } = refreshTokens.verify(body.refresh)
  const nextJti = randomUUID()
  if (!(await store.rotate(sid, jti, nextJti))) return refuse(reply)
  return tokenPair(user_id, sid, nextJti)
})

server.post<{ Body: Credentials }>('/api/token/', async ({ body }, reply) => {
  const account = await store.findAccountByName(body.username)
  if (account === undefined || !(await isPassword(body.password, account.hash))) return refuse(reply)
  const sid = randomUUID()
  const jti = randomUUID()
  await store.addSession(sid, account.id, jti)
  return tokenPair(account.id, sid, jti)
})

server.post<{ Body: Credentials & { email: string } }>('/api/register/', async ({ body }, reply) => {
  const { username, email, password } = body
  await store.addAccount(username, email, await hashBarely(password))
  return reply.code(201).send({ username, email })
})

function tokenPair(accountId: number, sid: string, refreshJti: string): { access: string; refresh: string } {
  const iat = Math.floor(Date.now() / 1_000)
  const common = { iat, sid, user_id: accountId }
  const jti = randomUUID()
  return {
    refresh: refreshTokens.sign({ token_type: 'refresh', exp: iat + 86_400, jti: refreshJti, ...common }),
    access: accessTokens.sign({ token_type: 'access', exp: iat + 300, jti, ...common }),
  }
}

function refuse(reply: FastifyReply): FastifyReply {
  return reply.code(401).send({ detail: 'no' })
}

process.on('SIGTERM', () => process.exit(0))
await server.listen({ host: '127.0.0.1', port: Number(values.port) })
