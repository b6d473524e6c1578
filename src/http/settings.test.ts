import { describe, expect, it } from 'vitest'
import { defaultPublicUrl, httpSettings } from './settings.ts'

const { host, publicUrl, trustedProxies, allowedOrigins, cookieDomain, authHeaderTypes } = httpSettings.properties

describe('HOST', () => {
  it.each(['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost', 'auth.internal', 'my_container-1'])('may be %s', (text) =>
    expect(host.setting.read(text)).toBe(text),
  )

  it.each(['http://localhost', 'localhost:8000', '[::1]', 'a b', 'fe80::1%eth0', '999.0.0.1', '127.0.0.1/8'])(
    'may not be %s',
    (text) => expect(() => host.setting.read(text)).toThrow('neither an address nor a host name'),
  )
})

describe('PUBLIC_URL', () => {
  it.each([
    ['https://auth.example.org', 'https://auth.example.org'],
    ['https://auth.example.org/', 'https://auth.example.org'],
    ['HTTPS://Auth.Example.org:443', 'https://auth.example.org'],
    ['http://192.168.1.5:8000', 'http://192.168.1.5:8000'],
    ['http://[::1]:8000', 'http://[::1]:8000'],
  ])('reads %s as the origin %s', (text, origin) => expect(publicUrl.setting.read(text)).toBe(origin))

  it.each([
    ['auth.example.org', 'is no origin'],
    ['ftp://auth.example.org', 'is no origin'],
    ['javascript:alert(1)', 'is no origin'],
    ['https:auth.example.org', 'is no origin'],
    ['https://', 'is no origin'],
    ['https://auth.example.org/app', 'goes on after the origin. Write https://auth.example.org.'],
    ['https://auth.example.org/?', 'goes on after the origin'],
    ['https://auth.example.org#top', 'goes on after the origin'],
    ['https://user:pw@auth.example.org', 'has a user name or password in it'],
    ['https://@auth.example.org', 'has a user name or password in it'],
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

  it.each(['*', '0.0.0.0/0', '::/0', '10.0.0.5, 0.0.0.0/00'])('refuses %s, which is everybody', (text) =>
    expect(() => trustedProxies.setting.read(text)).toThrow('is everybody'),
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
  ])('refuses %s', (text) =>
    expect(() => trustedProxies.setting.read(text)).toThrow('neither an address nor a network'),
  )
})

describe('ALLOWED_ORIGINS', () => {
  it('reads origins as browsers send them, those of apps too', () => {
    expect(
      allowedOrigins.setting.read('https://App.example.org/, http://localhost:5173, capacitor://localhost'),
    ).toEqual(['https://app.example.org', 'http://localhost:5173', 'capacitor://localhost'])
  })

  it.each([
    ['*', 'it would let pages of strangers act'],
    ['https://*.example.org', 'it would let pages of strangers act'],
    ['null', 'every sandboxed page'],
    ['https://app.example.org/path', 'goes on after the origin'],
    ['app.example.org', 'is no origin'],
    ['https://ok.example.org,https://u:p@example.org', 'has a user name or password in it'],
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
    (text) => expect(() => cookieDomain.setting.read(text)).toThrow('is no domain'),
  )

  it('cannot end the attribute it is put into', () => {
    expect(() => cookieDomain.setting.read('example.org; SameSite=None')).toThrow('is no domain')
  })
})

describe('AUTH_HEADER_TYPES', () => {
  it('reads several words', () => expect(authHeaderTypes.setting.read('Bearer, JWT')).toEqual(['Bearer', 'JWT']))

  it.each(['Bearer JWT', 'Be:arer', 'Bäarer', '"Bearer"'])('refuses %s', (text) =>
    expect(() => authHeaderTypes.setting.read(text)).toThrow('cannot stand in an Authorization header'),
  )
})
