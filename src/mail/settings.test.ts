import { expect, it } from 'vitest'
import { mailSettings } from './settings.ts'

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
  ['mail.example.org', 'is no way to send mail'],
  ['http://user:hunter2@mail.example.org', 'is no way to send mail'],
  ['smtp:mail.example.org', 'is no way to send mail'],
  ['smtp://user:hunter2@mail.example.org:587x', 'cannot be read as a URL'],
  ['smtp://', 'names no host'],
  ['smtp://user:hunter2@mail.example.org/inbox', 'goes on after the host and port'],
  ['smtp://mail.example.org?secure=false', 'goes on after the host and port'],
  ['file:', 'names no folder'],
  ['file://host/mail', 'names no folder'],
])('MAIL_URL may not be %s, and the fault does not show it', (url, fault) => {
  expect(() => read(url)).toThrow(fault)
  expect(() => read(url)).not.toThrow('hunter2')
})
