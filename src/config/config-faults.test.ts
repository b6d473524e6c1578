import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aConfigFolder } from '../../test/support/config-folder.ts'
import { refused } from '../../test/support/setting-rows/refused.ts'
import { ConfigError } from './config-error.ts'
import { describeSettings } from './settings.ts'

const everySetting = describeSettings().map(({ name, isSecret }) => ({
  name,
  isSecret,
  text: refused[name] ?? 'perhaps',
}))

const urls = ['', 'mysql://user:', 'postgres://a:b:', 'smtp://user:', 'http://user:']

describe('a fault', () => {
  it.each(everySetting)('of $name stops the start', ({ name, text }) => {
    expect(aConfigFolder().faults({ [name]: text })).toEqual([
      expect.stringMatching(`^${name} \\(environment\\): .*\\.`),
    ])
  })

  it('is reported with all others at once, one per line', () => {
    const folder = aConfigFolder()
    const environment = Object.fromEntries(everySetting.map(({ name, text }) => [name, text]))
    const faults = folder.faults(environment)
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual(everySetting.map(({ name }) => name))
    expect(faults.join()).not.toContain('\n')
    expect(new ConfigError(faults).message.split('\n').slice(1)).toEqual(faults.map((fault) => `  ${fault}`))
  })

  it('says in which line of .env it is', () => {
    const folder = aConfigFolder()
    folder.write('.env', '# ports\nPORT=eighty\n')
    expect(folder.faults()).toEqual([
      'PORT (.env, line 2): "eighty" is not valid. Write a whole number from 0 to 65535.',
    ])
  })

  it('is not reported a second time by the settings that depend on it', () => {
    expect(aConfigFolder().faults({ HOST: '[::1]' })).toHaveLength(1)
    expect(aConfigFolder().faults({ HASH_MEMORY_KIB: 'much', HASH_LANES: '4' })).toHaveLength(1)
  })

  it.each(everySetting.filter(({ isSecret }) => isSecret))('of $name never shows its value', ({ name }) => {
    const folder = aConfigFolder()
    const beginning = fc.constantFrom(
      ...(name.endsWith('_URL') ? urls : ['', 'your-secret-key ', '-----BEGIN KEY-----']),
    )
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9]{12,20}$/), beginning, (value, begun) => {
        const faults = folder.faults({ [name]: `${begun}${value}@x y` })
        expect(faults).toHaveLength(1)
        expect(faults.join()).not.toContain(value)
      }),
      { numRuns: 30 },
    )
  })

  it('does not show a password in a URL under another name', () => {
    const faults = aConfigFolder().faults({
      PUBLIC_URL: 'https://user:hunter2@auth.example.org/x',
      ALLOWED_ORIGINS: 'ftp://user:hunter2@app.example.org',
      HOST: 'user:hunter2@host',
    })
    expect(faults).toHaveLength(3)
    expect(faults.join()).not.toContain('hunter2')
  })
})

describe('SECRET_KEY', () => {
  it('is required without DEBUG, with a sentence on how to make one', () => {
    expect(aConfigFolder().faults({ SECRET_KEY: undefined })).toEqual([
      'SECRET_KEY: is not set. It is optional only with DEBUG. Create one with: ' +
        `node -e "console.log(require('node:crypto').randomBytes(48).toString('base64url'))"`,
    ])
  })

  it('is refused by the same rules with DEBUG', () => {
    expect(aConfigFolder().faults({ SECRET_KEY: 'your-secret-key', DEBUG: 'true' })).toHaveLength(1)
  })

  it('cannot be set twice', () => {
    const folder = aConfigFolder()
    folder.write('.env', 'SECRET_KEY_FILE=key')
    expect(folder.faults()).toEqual([
      'SECRET_KEY (environment) and SECRET_KEY_FILE (.env, line 1): both are set. Keep one of them.',
    ])
  })

  it.each([
    ['is missing', undefined, 'does not exist'],
    ['is empty', '\n', 'is empty'],
    ['is not text', Buffer.from([0xff, 0xfe, 0x00]), 'is not UTF-8 text'],
  ])('is not read from a file that %s, and the path is not shown', (_, content, fault) => {
    const folder = aConfigFolder()
    if (content !== undefined) folder.write('hunter2', content)
    const faults = folder.faults({ SECRET_KEY: undefined, SECRET_KEY_FILE: 'hunter2' })
    expect(faults).toEqual([expect.stringContaining(`SECRET_KEY_FILE (environment): the file it names ${fault}`)])
    expect(faults.join()).not.toContain('hunter2')
  })

  it('is not read from a folder', () => {
    const folder = aConfigFolder()
    expect(folder.faults({ SECRET_KEY: undefined, SECRET_KEY_FILE: folder.path })).toEqual([
      expect.stringContaining('cannot be read (EISDIR)'),
    ])
  })
})

describe('PROFILE_SCHEMA_FILE', () => {
  it('is reported with the fault of its content, and where it was set', () => {
    const folder = aConfigFolder()
    folder.write('profile.json', '{"type": "object", "properties": {"age": {"type": "intger"}}}')
    folder.write('.env', 'PROFILE_SCHEMA_FILE=profile.json')
    expect(folder.faults()).toEqual([
      'PROFILE_SCHEMA_FILE (.env, line 1): "properties.age.type" has an invalid value. Correct it.',
    ])
  })

  it('is reported if it does not exist, with all other faults', () => {
    expect(aConfigFolder().faults({ PROFILE_SCHEMA_FILE: 'profile.json', PORT: 'x' })).toEqual([
      expect.stringMatching(/^PORT/),
      'PROFILE_SCHEMA_FILE (environment): the file it names does not exist. Create it, or correct its path.',
    ])
  })
})

describe('settings that contradict one another', () => {
  it.each([
    [
      { GROUPS_CLAIM: 'rights', PERMISSIONS_CLAIM: 'rights' },
      'PERMISSIONS_CLAIM: names the same claim as GROUPS_CLAIM. Choose another name for one of them.',
    ],
    [{ GROUPS_CLAIM: 'user_id' }, 'GROUPS_CLAIM: names the same claim as USER_ID_CLAIM.'],
    [
      { PERMISSIONS: "{'user_create': ['rest_framework.permissions.IsAdminUser']}" },
      'REGISTRATION: is open, but PERMISSIONS lets only staff create users (user_create). Set REGISTRATION=closed or invite.',
    ],
    [{ PERMISSIONS_CLAIM: 'uid', USER_ID_CLAIM: 'uid' }, 'PERMISSIONS_CLAIM: names the same claim as USER_ID_CLAIM.'],
    [
      { HASH_MEMORY_KIB: '31', HASH_LANES: '4' },
      'HASH_MEMORY_KIB: argon2 needs 8 KiB for each of HASH_LANES. Write at least 32',
    ],
    [
      { COOKIE_DOMAIN: 'example.org', PUBLIC_URL: 'http://auth.example.org' },
      'COOKIE_DOMAIN: sharing cookies needs https. Write a PUBLIC_URL with https.',
    ],
    [
      { COOKIE_DOMAIN: 'example.org', PUBLIC_URL: 'https://auth.badexample.org' },
      'COOKIE_DOMAIN: the host of PUBLIC_URL, auth.badexample.org, is not in this domain.',
    ],
    [
      { PASSKEY_RP_ID: 'example.org', PUBLIC_URL: 'https://auth.badexample.org' },
      'PASSKEY_RP_ID: the host of PUBLIC_URL, auth.badexample.org, is not in this domain',
    ],
    [
      { PASSKEY_RP_ID: 'example.org', PUBLIC_URL: 'http://127.0.0.1:8000' },
      'PASSKEY_RP_ID: the host of PUBLIC_URL, 127.0.0.1, is not in this domain',
    ],
    [
      { HASH_MEMORY_KIB: '262144', HASH_PASSES: '5' },
      'HASH_PASSES: Latchkey does not verify hashes that cost this much. With this HASH_MEMORY_KIB, write at most 4',
    ],
  ])('are refused: %o', (environment, fault) => {
    expect(aConfigFolder().faults(environment)).toEqual([expect.stringContaining(fault)])
  })

  it.each([
    { ACCESS_TOKEN_LIFETIME: '1d', REFRESH_TOKEN_LIFETIME: '1d', SESSION_LIFETIME: '1d' },
    { REFRESH_TOKEN_LIFETIME: '90d' },
    { REFRESH_TOKEN_LIFETIME: '1m' },
    { SESSION_LIFETIME: '5s' },
    { HASH_MEMORY_KIB: '32', HASH_LANES: '4' },
    { HASH_MEMORY_KIB: '262144', HASH_PASSES: '4' },
    { PASSKEY_RP_ID: 'example.org', PUBLIC_URL: 'https://example.org' },
    { PASSKEY_RP_ID: 'example.org', PUBLIC_URL: 'https://auth.example.org' },
  ])('are distinguished from those that just fit: %o', (environment) => {
    expect(aConfigFolder().faults(environment)).toEqual([])
  })
})

describe('the .env file', () => {
  it('is refused with the lines that cannot be read, and without their content', () => {
    const folder = aConfigFolder()
    folder.write('.env', 'PORT=9000\nhunter2\nHOST="hunter2\n')
    expect(folder.faults()).toEqual([
      '.env, line 2: is neither NAME=value nor a comment. Comments begin with #.',
      '.env, line 3: opens a quotation with " and never closes it. Close it.',
    ])
  })

  it('is refused as UTF-16, in which PowerShell writes it', () => {
    const folder = aConfigFolder()
    folder.write('.env', Buffer.from('\uFEFFPORT=9000\r\n', 'utf16le'))
    expect(folder.faults()).toEqual([expect.stringContaining('.env: is not UTF-8 text')])
  })

  it('is refused if it is a folder', () => {
    const folder = aConfigFolder()
    mkdirSync(join(folder.path, '.env'))
    expect(folder.faults()).toEqual([expect.stringContaining('.env: cannot be read (EISDIR)')])
  })
})

describe('a misspelt name', () => {
  it('is a fault in .env, with the name that was meant and not the value', () => {
    const folder = aConfigFolder()
    folder.write('.env', 'ACCESS_TOKEN_LIFETIMES=hunter2\nSECRET_KEYFILE=hunter2\nhost=::1\nPORT_FILE=port\n')
    expect(folder.faults()).toEqual([
      'ACCESS_TOKEN_LIFETIMES (.env, line 1): there is no such setting. Did you mean ACCESS_TOKEN_LIFETIME?',
      'SECRET_KEYFILE (.env, line 2): there is no such setting. Did you mean SECRET_KEY_FILE?',
      'host (.env, line 3): there is no such setting. Did you mean HOST?',
      'PORT_FILE (.env, line 4): only secrets can be read from files. Set PORT itself.',
    ])
  })

  it('is a fault in the environment if it is close to one of ours', () => {
    expect(
      aConfigFolder().faults({ COMPATIBLITY: 'simplejwt', DATABASE_URI: 'x', EMAIL_URL: 'x', PORT_FILE: 'x' }),
    ).toEqual(['COMPATIBLITY (environment): there is no such setting. Did you mean COMPATIBILITY?'])
  })

  it('is ignored beside the right one: it is meant for another program', () => {
    expect(aConfigFolder().faults({ ALLOWED_ORIGIN: '*', ALLOWED_ORIGINS: 'https://app.example.org' })).toEqual([])
  })

  it('never occurs in an ordinary environment', () => {
    const ordinary = {
      PATH: '/usr/bin',
      HOME: '/root',
      HOSTNAME: 'box',
      LOGNAME: 'me',
      LANG: 'C',
      TERM: 'xterm',
      NODE_ENV: 'production',
      npm_config_loglevel: 'warn',
      npm_package_json: 'package.json',
      npm_lifecycle_event: 'start',
      KUBERNETES_SERVICE_HOST: '10.0.0.1',
      KUBERNETES_SERVICE_PORT: '443',
      DATABASE_URL_READONLY: 'x',
      POSTGRES_PASSWORD: 'x',
      XDG_SESSION_ID: '1',
      SESSION_MANAGER: 'x',
      SSH_AUTH_SOCK: 'x',
      DJANGO_SETTINGS_MODULE: 'x',
    }
    expect(aConfigFolder().faults(ordinary)).toEqual([])
    const folder = aConfigFolder()
    folder.write(
      '.env',
      Object.entries(ordinary)
        .map(([name, text]) => `${name}=${text}\n`)
        .join(''),
    )
    expect(folder.faults()).toEqual([])
  })
})

it('leaves nothing behind when it refuses', () => {
  const folder = aConfigFolder()
  folder.faults({ SECRET_KEY: undefined, DEBUG: 'true', PORT: 'x' })
  expect(existsSync(join(folder.path, 'data'))).toBe(false)
})
