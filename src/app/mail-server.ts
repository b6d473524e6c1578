import type { Config } from '../config/config.ts'
import { openTransport } from '../mail/open-transport.ts'

/**
 * Connects to the mail server and logs in, without sending anything. Does nothing if there is no mail server.
 *
 * @throws Error with its answer
 */
export async function checkMailServer({ mail, http }: Config): Promise<void> {
  if (mail.url === undefined) return
  await openTransport(mail.url, mail.from, new URL(http.publicUrl).hostname).check?.()
}
