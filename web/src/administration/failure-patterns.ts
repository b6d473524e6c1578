import type { failureTexts } from './failure-texts.ts'

type FailureName = keyof (typeof failureTexts)['en']

/**
 * What the server stores as the error of a delivery, in English. A group captures the value in the sentence; without a group,
 * the value is the whole text.
 */
export const failurePatterns: readonly (readonly [FailureName, RegExp])[] = [
  ['answered', /^answered with (\d+)$/],
  ['tookTooLong', /^took too long$/],
  ['expired', /^it could not be delivered in time$/],
  ['crowdedOut', /^too much mail waited$/],
  ['waitedTooLong', /^waited for too long, or too much waited$/],
  ['dropped', /^dropped by an administrator$/],
  ['privateAddress', /^the destination is not allowed: private_address$/],
  ['refused', /\bECONNREFUSED\b/],
  ['unknownHost', /\b(?:ENOTFOUND|EAI_AGAIN)\b/],
  ['unreachable', /\b(?:ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|Connection timeout|Greeting never received)\b/],
  ['brokenOff', /\b(?:ECONNRESET|EPIPE|socket hang up|Connection closed)\b/i],
  ['certificate', /\bcertificate\b/i],
  ['credentials', /^Invalid login\b/],
]
