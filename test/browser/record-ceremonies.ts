import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { launchChromium } from '../support/chromium.ts'
import { type Algorithm, softwareAuthenticator } from '../support/software-authenticator.ts'

/**
 * Records `test/vectors/webauthn/ceremonies.json` anew: `node test/browser/record-ceremonies.ts`. The ceremonies with `none` and `packed` attestation are those of
 * Chromium's virtual authenticator. It does not sign for itself, so those with `self` attestation are of our own.
 */
const algorithms = { ES256: -7, EdDSA: -8, RS256: -257 } as const
const challenges = { registration: 'cmVnaXN0ZXIgdGhpcyBwYXNza2V5', authentication: 'cHJvdmUgdGhpcyBwYXNza2V5IG5vdw' }
const USER_HANDLE = 'YSByYW5kb20gdXNlciBoYW5kbGU'

const page = createServer((_request, response) =>
  response.setHeader('content-type', 'text/html').end('<h1>Record</h1>'),
)
page.listen(0, '127.0.0.1')
await new Promise((resolve) => page.once('listening', resolve))
const origin = `http://localhost:${(page.address() as AddressInfo).port}`

async function byChromium(alg: number, attestation: 'none' | 'direct') {
  const browser = await launchChromium()
  const context = await browser.newContext()
  const tab = await context.newPage()
  await tab.goto(origin)
  const devTools = await context.newCDPSession(tab)
  await devTools.send('WebAuthn.enable')
  const options = {
    protocol: 'ctap2',
    transport: 'usb',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
  } as const
  await devTools.send('WebAuthn.addVirtualAuthenticator', { options })
  const recorded = await tab.evaluate(
    async ({ alg, attestation, challenges, userHandle }) => {
      const created = (await navigator.credentials.create({
        publicKey: PublicKeyCredential.parseCreationOptionsFromJSON({
          rp: { id: 'localhost', name: 'Recorded' },
          user: { id: userHandle, name: 'ann', displayName: 'Ann' },
          challenge: challenges.registration,
          pubKeyCredParams: [{ type: 'public-key', alg }],
          attestation,
          authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        }),
      })) as PublicKeyCredential
      const proven = (await navigator.credentials.get({
        publicKey: PublicKeyCredential.parseRequestOptionsFromJSON({
          rpId: 'localhost',
          challenge: challenges.authentication,
          userVerification: 'required',
        }),
      })) as PublicKeyCredential
      return { registration: created.toJSON(), authentication: proven.toJSON() }
    },
    { alg, attestation, challenges, userHandle: USER_HANDLE },
  )
  await browser.close()
  return recorded
}

function byOurselves(algorithm: Algorithm) {
  const key = softwareAuthenticator(origin, algorithm)
  const registration = key.register(
    { challenge: challenges.registration, rp: { id: 'localhost' }, user: { id: USER_HANDLE } },
    { attestation: 'packed' },
  )
  key.use()
  return { registration, authentication: key.authenticate({ challenge: challenges.authentication, rpId: 'localhost' }) }
}

const ceremonies: object[] = []
for (const [algorithm, alg] of Object.entries(algorithms)) {
  ceremonies.push({ algorithm, attestation: 'none', ...(await byChromium(alg, 'none')) })
  ceremonies.push({ algorithm, attestation: 'packed', ...(await byChromium(alg, 'direct')) })
  ceremonies.push({ algorithm, attestation: 'self', ...byOurselves(algorithm as Algorithm) })
}
page.close()
const recorded = { origin, rpId: 'localhost', userHandle: USER_HANDLE, challenges, ceremonies }
writeFileSync(
  join(import.meta.dirname, '../vectors/webauthn/ceremonies.json'),
  `${JSON.stringify(recorded, undefined, 2)}\n`,
)
