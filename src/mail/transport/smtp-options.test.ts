import { expect, it } from 'vitest'
import { smtpOptions } from './smtp-options.ts'

it.each([
  // url, port, TLS from the first byte, STARTTLS or nothing, certificate checked
  ['smtp://mail.test', 587, false, false, false],
  ['smtp://user:pw@mail.test', 587, false, true, true],
  ['smtp://user:pw@mail.test:2525', 2525, false, true, true],
  ['smtps://mail.test', 465, true, false, true],
  ['smtps://user:pw@mail.test', 465, true, false, true],
  ['smtp://user:pw@127.0.0.1:25', 25, false, false, false],
  ['smtp://user:pw@localhost', 587, false, false, false],
  ['smtps://[::1]', 465, true, false, false],
  ['smtp://user:pw@127.0.0.1.evil.test', 587, false, true, true],
  ['smtp://user:pw@10.0.0.1', 587, false, true, true],
])(
  '%s: port %d, TLS at once %s, STARTTLS required %s, certificate checked %s',
  (url, port, secure, requireTLS, isChecked) => {
    expect(smtpOptions(url, 'auth.example.org')).toMatchObject({
      port,
      secure,
      requireTLS,
      tls: { rejectUnauthorized: isChecked },
    })
  },
)

it('reads percent-encoded names and passwords, and addresses in brackets', () => {
  expect(smtpOptions('smtp://a%40b:p%3A%2F%23@[::1]:25', 'auth.example.org')).toMatchObject({
    host: '::1',
    auth: { user: 'a@b', pass: 'p:/#' },
  })
})

it('lets no message read files or addresses', () => {
  expect(smtpOptions('smtp://mail.test', 'auth.example.org')).toMatchObject({
    disableFileAccess: true,
    disableUrlAccess: true,
  })
})

it.each([
  ['auth.example.org', 'auth.example.org'],
  ['localhost', 'localhost'],
  ['127.0.0.1', '[127.0.0.1]'],
  ['[2001:db8::1]', '[IPv6:2001:db8::1]'],
])('greets as %s with %s (RFC 5321 §4.1.1.1)', (host, name) => {
  expect(smtpOptions('smtp://mail.test', host).name).toBe(name)
})
