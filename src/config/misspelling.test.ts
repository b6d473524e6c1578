import { describe, expect, it } from 'vitest'
import { findIntendedName } from './misspelling.ts'
import { describeSettings } from './settings.ts'

const known = describeSettings().map(({ name }) => name)

describe('findIntendedName', () => {
  it.each([
    ['ACCESS_TOKEN_LIFETIMES', 'ACCESS_TOKEN_LIFETIME'],
    ['REFERSH_TOKEN_LIFETIME', 'REFRESH_TOKEN_LIFETIME'],
    ['COMPATIBLITY', 'COMPATIBILITY'],
    ['SECRETKEY', 'SECRET_KEY'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['EMAIL_URL', 'MAIL_URL'],
    ['secret_key', 'SECRET_KEY'],
    ['Port', 'PORT'],
    ['DEBGU', 'DEBUG'],
  ])('takes %s for %s', (unknown, intended) => {
    expect(findIntendedName(unknown, known)).toBe(intended)
  })

  it.each([
    'PATH',
    'HOME',
    'POST',
    'HOSTS',
    'PORTS',
    'NODE_ENV',
    'PUBLIC_KEY',
    'MAIL_HOST',
    'POSTGRES_PASSWORD',
    'JWT_SECRET',
    'ALLOWED_HOSTS',
    'LANG',
    '',
  ])('does not correct %j', (unknown) => {
    expect(findIntendedName(unknown, known)).toBeUndefined()
  })
})
