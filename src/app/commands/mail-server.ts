import type { Config } from '../../config/config.ts'
import { sendTestMail, type TestMailOutcome } from '../../flows/mail/test-mail.ts'
import { type Random, randomId } from '../../platform/random.ts'
import { buildTransport } from '../mail.ts'
import { serviceName } from '../parts.ts'

/**
 * Connects to the mail server and logs in, without sending anything. Does nothing if there is no mail server.
 *
 * @throws Error with its answer
 */
export async function checkMailServer(config: Config): Promise<void> {
  if (config.mail.url !== undefined) await buildTransport(config).check?.()
}

/** Sends a test email with these settings. @param now epoch milliseconds */
export async function tryMailServer(config: Config, random: Random, to: string, now: number): Promise<TestMailOutcome> {
  const { mail } = config
  if (mail.url === undefined) return { kind: 'not_configured' }
  const test = { id: randomId(random), from: mail.from.address, to, service: serviceName(config), now }
  return sendTestMail(buildTransport(config), test)
}
