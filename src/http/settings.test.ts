import { describe, expect, it } from 'vitest'
import { defaultPublicUrl, httpSettings } from './settings.ts'

const { host, publicUrl, trustedProxies, allowedOrigins, cookieDomain, authHeaderTypes } = httpSettings.properties

describe('HOST', () => {
  it.each(['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost', 'auth.internal', 'my_container-1'])('may be %s', (text) =>
    expect(host.setting.read(text)).toBe(text),
  )

  it.each(['http://localhost', 'localhost:8000', '[::1]', 'a b', 'fe80::1%eth0', '999.0.0.1', '127.0.0.1/8'])(
    'may not be %s',
    (text) => expect(() => host.setting.read(text)).toThrow('not an address or a host name'),
  )

  it('may be a socket in the file system', () => {
    expect(host.setting.read('unix:/run/latchkey/socket')).toBe('unix:/run/latchkey/socket')
    expect(defaultPublicUrl({ host: 'unix:/run/latchkey/socket', port: 8000 })).toBe('http://localhost')
  })

  it.each(['unix:', 'unix:socket', 'unix:/run/', 'unix:///', `unix:/${'x'.repeat(107)}`])('may not be %s', (text) =>
    expect(() => host.setting.read(text)).toThrow(/is not a socket|is longer than/),
  )
})

describe('PUBLIC_URL', () => {
  it.each([
    ['https://auth.example.org', 'https://auth.example.org'],
    ['https://auth.example.org/', 'https://auth.example.org'],
    ['HTTPS://Auth.Example.org:443', 'https://auth.example.org'],
    ['http://192.168.1.5:8000', 'http://192.168.1.5:8000'],
    ['http://[::1]:8000', 'http://[::1]:8000'],
    ['https://Example.org/auth', 'https://example.org/auth'],
    ['https://example.org/a/b.c/', 'https://example.org/a/b.c'],
  ])('reads %s as %s', (text, origin) => expect(publicUrl.setting.read(text)).toBe(origin))

  it.each([
    ['auth.example.org', 'is not an origin'],
    ['ftp://auth.example.org', 'is not an origin'],
    ['javascript:alert(1)', 'is not an origin'],
    ['https:auth.example.org', 'is not an origin'],
    ['https://', 'is not an origin'],
    ['https://auth.example.org/a//b', 'has a path with characters'],
    ['https://auth.example.org/a%2fb', 'has a path with characters'],
    ['https://auth.example.org/a b', 'has a path with characters'],
    ['https://auth.example.org/?', 'has a query or fragment. Write https://auth.example.org/.'],
    ['https://auth.example.org/auth#top', 'has a query or fragment'],
    ['https://user:pw@auth.example.org', 'contains a user name or password'],
    ['https://@auth.example.org', 'contains a user name or password'],
  ])('may not be %s', (text, fault) => expect(() => publicUrl.setting.read(text)).toThrow(fault))

  it.each([
    ['127.0.0.1', 8000, 'http://127.0.0.1:8000'],
    ['::1', 8000, 'http://[::1]:8000'],
    ['auth.internal', 80, 'http://auth.internal'],
    ['0.0.0.0', 8000, 'http://localhost:8000'],
    ['::', 8000, 'http://localhost:8000'],
  ])('is by default the origin of HOST %s and PORT %d', (host, port, origin) =>
    expect(defaultPublicUrl({ host, port })).toBe(origin),
  )
})

describe('TRUSTED_PROXIES', () => {
  it('reads addresses and networks of both families', () => {
    expect(trustedProxies.setting.read('10.0.0.5, 192.168.0.0/16,::1,fd00::/8')).toEqual([
      '10.0.0.5',
      '192.168.0.0/16',
      '::1',
      'fd00::/8',
    ])
  })

  it.each(['*', '0.0.0.0/0', '::/0', '10.0.0.5, 0.0.0.0/00'])('refuses %s, which matches everybody', (text) =>
    expect(() => trustedProxies.setting.read(text)).toThrow('means every address'),
  )

  it.each([
    'proxy.internal',
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    'fe80::1%eth0',
    '10.0.0',
  ])('refuses %s', (text) => expect(() => trustedProxies.setting.read(text)).toThrow('not an address or a network'))
})

describe('ALLOWED_ORIGINS', () => {
  it('reads origins as browsers send them, including those of apps', () => {
    expect(
      allowedOrigins.setting.read('https://App.example.org/, http://localhost:5173, capacitor://localhost'),
    ).toEqual(['https://app.example.org', 'http://localhost:5173', 'capacitor://localhost'])
  })

  it.each([
    ['*', 'It would let every matching website act'],
    ['https://*.example.org', 'It would let every matching website act'],
    ['null', 'every sandboxed page'],
    ['https://app.example.org/path', 'has text after the origin'],
    ['app.example.org', 'is not an origin'],
    ['https://ok.example.org,https://u:p@example.org', 'contains a user name or password'],
  ])('refuses %s', (text, fault) => expect(() => allowedOrigins.setting.read(text)).toThrow(fault))
})

describe('COOKIE_DOMAIN', () => {
  it.each([
    ['example.org', 'example.org'],
    ['.Example.ORG', 'example.org'],
    ['xn--mnchen-3ya.example', 'xn--mnchen-3ya.example'],
    ['none', undefined],
  ])('reads %s as %s', (text, domain) => expect(cookieDomain.setting.read(text)).toBe(domain))

  it.each(['localhost', 'org', '127.0.0.1', '[::1]', 'https://example.org', 'example.org:443', 'a..b', 'a b.org'])(
    'may not be %s',
    (text) => expect(() => cookieDomain.setting.read(text)).toThrow('is not a domain'),
  )

  it('cannot break out of the attribute that contains it', () => {
    expect(() => cookieDomain.setting.read('example.org; SameSite=None')).toThrow('is not a domain')
  })
})

describe('AUTH_HEADER_TYPES', () => {
  it('reads several words', () => expect(authHeaderTypes.setting.read('Bearer, JWT')).toEqual(['Bearer', 'JWT']))

  it.each(['Bearer JWT', 'Be:arer', 'Bäarer', '"Bearer"'])('refuses %s', (text) =>
    expect(() => authHeaderTypes.setting.read(text)).toThrow('is not allowed in an Authorization header'),
  )
})
