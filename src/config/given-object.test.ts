import { expect, it } from 'vitest'
import { textsOf } from './given-object.ts'

it('accepts lists, switches and numbers as a program has them', () => {
  const settings = {
    ALLOWED_ORIGINS: ['https://app.example.org', 'https://shop.example.org'],
    TRUSTED_PROXIES: [],
    DEBUG: false,
    PORT: 0,
    AUDIENCE: undefined,
  }
  expect(textsOf(settings)).toEqual({
    texts: {
      ALLOWED_ORIGINS: 'https://app.example.org,https://shop.example.org',
      TRUSTED_PROXIES: 'none',
      DEBUG: 'false',
      PORT: '0',
    },
    faults: [],
  })
})
