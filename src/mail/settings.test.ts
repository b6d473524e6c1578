import { expect, it } from 'vitest'
import { defaultSender, mailSettings } from './settings.ts'

const { read } = mailSettings.properties.url.setting

it.each([
  'smtp://mail.example.org',
  'smtp://user:p%40ss@mail.example.org:587',
  'smtps://user:password@mail.example.org:465/',
  'file:data/mail',
  'file:/var/spool/latchkey',
  'file:///var/spool/latchkey',
])('MAIL_URL may be %s', (url) => expect(read(url)).toBe(url))

it.each([
  ['mail.example.org', 'is not a mail URL'],
  ['http://user:hunter2@mail.example.org', 'is not a mail URL'],
  ['smtp:mail.example.org', 'is not a mail URL'],
  ['smtp://user:hunter2@mail.example.org:587x', 'cannot be read as a URL'],
  ['smtp://', 'names no host'],
  ['smtp://user:hunter2@mail.example.org/inbox', 'has text after the host and port'],
  ['smtp://mail.example.org?secure=false', 'has text after the host and port'],
  ['file:', 'names no folder'],
  ['file://host/mail', 'names no folder'],
])('MAIL_URL may not be %s, and the fault does not show it', (url, fault) => {
  expect(() => read(url)).toThrow(fault)
  expect(() => read(url)).not.toThrow('hunter2')
})

const { from, securityNotices } = mailSettings.properties

it.each([
  ['no-reply@example.org', { name: '', address: 'no-reply@example.org' }],
  ['Example <no-reply@example.org>', { name: 'Example', address: 'no-reply@example.org' }],
  ['"Example, Inc." <a+b@example.org>', { name: 'Example, Inc.', address: 'a+b@example.org' }],
  ['<a@localhost>', { name: '', address: 'a@localhost' }],
])('MAIL_FROM may be %s', (text, sender) => expect(from.setting.read(text)).toEqual(sender))

it.each(['', 'Example', 'Example <>', 'a@b@c', 'a@b, c@d', 'Example <a@b> c', 'a b@c', 'a@b\nBcc: c@d'])(
  'MAIL_FROM may not be %j',
  (text) => expect(() => from.setting.read(text)).toThrow(),
)

it('comes from the public host by default, but from no IP address', () => {
  expect(defaultSender('https://auth.example.org:8443')).toEqual({ name: '', address: 'no-reply@auth.example.org' })
  expect(defaultSender('http://127.0.0.1:8000').address).toBe('no-reply@localhost')
  expect(defaultSender('http://[::1]:8000').address).toBe('no-reply@localhost')
})

it('knows the notices that exist', () => {
  expect(securityNotices.setting.read('none')).toEqual([])
  expect(securityNotices.setting.read('new-device, password-changed')).toEqual(['new-device', 'password-changed'])
  expect(() => securityNotices.setting.read('new-devise')).toThrow('"new-devise" is not a notice')
})

it.each([
  ['de', 'de'],
  ['PT-br', 'pt-BR'],
])('MAIL_LANGUAGE may be %s', (text, tag) => expect(mailSettings.properties.language.setting.read(text)).toBe(tag))

it.each(['deutsch', 'd', 'de_DE', '../en'])('MAIL_LANGUAGE may not be %s', (text) => {
  expect(() => mailSettings.properties.language.setting.read(text)).toThrow('is not a language tag')
})
