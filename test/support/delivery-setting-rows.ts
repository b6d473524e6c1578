import { noticeKinds } from '../../src/mail/settings.ts'
import { sha256 } from '../../src/platform/digest.ts'
import { otherSecret, type SettingRow } from './setting-row.ts'

/** Settings for sending: mail, hooks, webhooks, metrics. */
export const deliveryRows: readonly SettingRow[] = [
  {
    name: 'MAIL_URL',
    byDefault: undefined,
    written: 'smtp://mail.example.org',
    read: 'smtp://mail.example.org',
    in: (c) => c.mail.url,
  },
  {
    name: 'MAIL_FROM',
    byDefault: { name: '', address: 'no-reply@localhost' },
    written: 'Example <no-reply@example.org>',
    read: { name: 'Example', address: 'no-reply@example.org' },
    in: (c) => c.mail.from,
  },
  { name: 'MAIL_LANGUAGE', byDefault: 'en', written: 'de', read: 'de', in: (c) => c.mail.language },
  {
    name: 'MAIL_TEMPLATES',
    byDefault: undefined,
    written: '/etc/latchkey/mail',
    read: '/etc/latchkey/mail',
    in: (c) => c.mail.templates,
  },
  {
    name: 'SECURITY_NOTICES',
    byDefault: [...noticeKinds],
    written: 'New-Device',
    read: ['new-device'],
    in: (c) => c.mail.securityNotices,
  },
  {
    name: 'MAIL_QUEUE_LIMIT',
    byDefault: 100_000,
    written: '500',
    read: 500,
    in: (c) => c.mail.queueLimit,
  },
  {
    name: 'CONFIG_MODULE',
    byDefault: undefined,
    written: '/a/b.mjs',
    read: '/a/b.mjs',
    in: (c) => c.hooks.configModule,
  },
  { name: 'HOOK_TIMEOUT', byDefault: 2_000, written: '500ms', read: 500, in: (c) => c.hooks.timeoutMs },
  {
    name: 'WEBHOOK_ALLOW_PRIVATE',
    byDefault: false,
    written: 'true',
    read: true,
    in: (c) => c.webhooks.allowPrivate,
  },
  {
    name: 'WEBHOOK_QUEUE_LIMIT',
    byDefault: 1_000_000,
    written: '5000',
    read: 5_000,
    in: (c) => c.webhooks.queueLimit,
  },
  {
    name: 'WEBHOOK_QUEUE_AGE',
    byDefault: 7 * 86_400_000,
    written: '36h',
    read: 36 * 3_600_000,
    in: (c) => c.webhooks.queueAgeMs,
  },
  {
    name: 'METRICS_TOKEN',
    byDefault: undefined,
    written: otherSecret,
    read: sha256(otherSecret),
    in: (c) => c.metrics.tokenDigest,
  },
]
