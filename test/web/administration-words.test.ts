import { describe, expect, it } from 'vitest'
import { mailMessages } from '../../src/flows/mail/mail-messages.ts'
import { attentionCodes, attentionKinds } from '../../src/flows/upkeep/attention.ts'
import { factorTypes } from '../../src/mfa/factor.ts'
import { limitNames } from '../../src/rate-limits/limits.ts'
import { failurePatterns } from '../../web/src/administration/failure-patterns.ts'
import { failureTexts } from '../../web/src/administration/failure-texts.ts'
import { factorTexts } from '../../web/src/factors/factor-texts.ts'
import { limitsTexts } from '../../web/src/limits/limits-texts.ts'
import { outboxTexts } from '../../web/src/outbox/outbox-texts.ts'
import { attentionTexts } from '../../web/src/overview/attention-texts.ts'
import { overviewTexts } from '../../web/src/overview/overview-texts.ts'

describe.each(['en', 'de'] as const)('in %s, the administration has words', (language) => {
  it.each<[what: string, names: readonly string[], words: object]>([
    ['finding', attentionCodes, attentionTexts[language].words],
    ['kind of finding', attentionKinds, overviewTexts[language].attention.kinds],
    ['limit', limitNames, limitsTexts[language].names],
    ['kind of mail', Object.keys(mailMessages), outboxTexts[language].kinds],
    ['second factor', factorTypes, factorTexts[language].kinds],
  ])('for every %s', (_what, names, words) => {
    expect(Object.keys(words).toSorted()).toEqual(names.toSorted())
  })

  it.each([
    'answered with 500',
    'took too long',
    'it could not be delivered in time',
    'too much mail waited',
    'waited for too long, or too much waited',
    'dropped by an administrator',
    'the destination is not allowed: private_address',
    'connect ECONNREFUSED 127.0.0.1:25',
    'getaddrinfo ENOTFOUND mail.example.org',
    'self-signed certificate',
    'Invalid login: 535 5.7.8 Authentication failed',
  ])('for a delivery that failed: %s', (error) => {
    const [name] = failurePatterns.find(([, pattern]) => pattern.test(error)) ?? []
    expect(Object.keys(failureTexts[language])).toContain(name)
  })
})
