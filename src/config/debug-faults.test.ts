import { describe, expect, it } from 'vitest'
import { aConfigFolder } from '../../test/support/config-folder.ts'

describe('DEBUG', () => {
  const secret = { DEBUG: 'true' }

  it.each([
    'https://auth.example.org',
    'http://192.168.1.9:8000',
    'http://localhost.example.org',
    'http://[2001:db8::1]',
  ])('is refused with PUBLIC_URL=%s, because development pages show secrets', (PUBLIC_URL) => {
    expect(aConfigFolder().faults({ ...secret, PUBLIC_URL })).toEqual([
      expect.stringMatching(/^DEBUG: is on, but PUBLIC_URL .* DEBUG=false .* DEBUG_ON_PUBLIC_URL=true\.$/),
    ])
    expect(aConfigFolder().faults({ ...secret, PUBLIC_URL, DEBUG_ON_PUBLIC_URL: 'true' })).toEqual([])
    expect(aConfigFolder().faults({ DEBUG: 'false', PUBLIC_URL })).toEqual([])
  })

  it.each(['http://localhost:8000', 'http://127.9.9.9', 'http://[::1]:8000/auth', 'https://app.localhost'])(
    'is allowed with PUBLIC_URL=%s',
    (PUBLIC_URL) => {
      expect(aConfigFolder().faults({ ...secret, PUBLIC_URL })).toEqual([])
    },
  )
})
