import { describe, expect, it } from 'vitest'
import { systemRandom } from '../platform/random.ts'
import { newWebhookSecret, signatureHeaders } from './signature.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', sentAt: 1_614_265_330_999, payload: '{"test": 2432232314}' }

describe('a signature', () => {
  it('equals Svix’ published example of the same scheme', () => {
    expect(signatureHeaders(message, [secret])).toEqual({
      'webhook-id': message.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  it('is made with each valid secret', () => {
    const other = newWebhookSecret(systemRandom)
    const [first, second, ...rest] = signatureHeaders(message, [other, secret])['webhook-signature'].split(' ')
    expect(first).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/)
    expect(second).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
    expect([first === second, rest]).toEqual([false, []])
  })
})

describe('a secret', () => {
  it('has 256 bits, and no two are equal', () => {
    const secrets = Array.from({ length: 50 }, () => newWebhookSecret(systemRandom))
    for (const one of secrets) expect(one).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(new Set(secrets).size).toBe(50)
  })
})
