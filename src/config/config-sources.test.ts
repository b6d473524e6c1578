import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aConfigFolder } from '../../test/support/config-folder.ts'
import { type Config, processEnvironment } from './config.ts'
import { describeSettings } from './settings.ts'

const day = 86_400_000
const otherSecret = 'q7Bf0Wn4Xe9Kt2Vj6Rm1Ys8Dp3Lc5HgA'

describe('defaults that depend on other settings', () => {
  it('name the server by HOST and PORT, and the issuer by its name', () => {
    const { http, tokens } = aConfigFolder().load({ HOST: '::', PORT: '9000' })
    expect(http.publicUrl).toBe('http://localhost:9000')
    expect(tokens.issuer).toBe('http://localhost:9000')
  })

  it('use the origin of PUBLIC_URL as the issuer', () => {
    expect(aConfigFolder().load({ PUBLIC_URL: 'https://Auth.example.org/' }).tokens.issuer).toBe(
      'https://auth.example.org',
    )
  })

  it('let the issuer be none', () => {
    expect(aConfigFolder().load({ ISSUER: 'none' }).tokens.issuer).toBeUndefined()
  })

  it('let sessions last at least as long as refresh tokens', () => {
    const { sessions } = aConfigFolder().load({ REFRESH_TOKEN_LIFETIME: '50d' })
    expect(sessions.sessionLifetimeMs).toBe(50 * day)
  })

  it('include sample resources with DEBUG', () => {
    expect(aConfigFolder().load({ DEBUG: 'true' }).posts.sampleResources).toBe(true)
    expect(aConfigFolder().load({ DEBUG: 'true', SAMPLE_RESOURCES: 'false' }).posts.sampleResources).toBe(false)
  })

  it('turn DEBUG on for npm start, unless somebody turned it off', () => {
    expect(aConfigFolder().load({}, { debugByDefault: true }).debug).toBe(true)
    expect(aConfigFolder().load({ DEBUG: 'false' }, { debugByDefault: true }).debug).toBe(false)
  })

  it('never hash on all of libuv’s threads', () => {
    const { passwords } = aConfigFolder().load({ UV_THREADPOOL_SIZE: '2' })
    expect(passwords.hashConcurrency).toBe(1)
  })

  it('begin relative paths in the working directory', () => {
    const folder = aConfigFolder()
    const { storage, mail } = folder.load({ DATABASE_URL: 'sqlite:db/a.sqlite3', MAIL_URL: 'file:mail' })
    expect(storage.databaseUrl).toBe(`sqlite:${join(folder.path, 'db', 'a.sqlite3')}`)
    expect(mail.url).toBe(`file:${join(folder.path, 'mail')}`)
  })
})

describe('reading settings', () => {
  it('prefers the environment to .env', () => {
    const folder = aConfigFolder()
    folder.write('.env', 'PORT=9000\nHOST=::1\n')
    const { http } = folder.load({ PORT: '9001', HOST: '' })
    expect(http).toMatchObject({ port: 9001, host: '::1' })
  })

  it('accepts the path of a secret from .env as well', () => {
    const folder = aConfigFolder()
    folder.write('.env', 'SECRET_KEY_FILE=key\n')
    folder.write('key', otherSecret)
    expect(folder.load({ SECRET_KEY: undefined }).keys.secretKey).toBe(otherSecret)
  })

  it('accepts a .env that begins with a byte order mark', () => {
    const folder = aConfigFolder()
    folder.write('.env', '\uFEFFPORT=9000\n')
    expect(folder.load().http.port).toBe(9000)
  })

  it('copies the environment of this process', () => {
    expect(processEnvironment()).toEqual(process.env)
    expect(processEnvironment()).not.toBe(process.env)
  })
})

describe('.env.example', () => {
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
  const entries = [...example.matchAll(/^#([A-Z_]+)=(.*)$/gm)]

  it('names every setting once, and nothing else', () => {
    expect(entries.map(([, name]) => name)).toEqual(describeSettings().map(({ name }) => name))
    expect(example.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([])
  })

  it('shows the defaults', () => {
    const folder = aConfigFolder()
    const byDefault = folder.load({ HASH_CONCURRENCY: '3' })
    folder.write('.env', entries.map(([, name, text]) => `${name}=${text}\n`).join(''))
    const values = ({ effective, ...config }: Config) => ({ ...config, effective: effective.map(({ value }) => value) })
    expect(values(folder.load())).toEqual(values(byDefault))
  })
})

it('settings are frozen completely', () => {
  const config = aConfigFolder().load()
  const parts = [config, config.http, config.http.trustedProxies, config.passwords.hash, config.keys.secretKeyFallbacks]
  for (const part of parts) expect(Object.isFrozen(part)).toBe(true)
})
