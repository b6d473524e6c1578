import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { isIP } from 'node:net'

// Node.js can read certificates but not create them, and not every machine has openssl, so this writes them (RFC 5280
// §4.1).

/** A private key and its certificate, both as PEM. */
export type Certified = { key: string; cert: string }

/** The content of a certificate. */
type Subject = {
  /** The host name or IPv4 address that it is for. */
  host: string
  /** The years in which it is valid. Default: 2020 to 2049. */
  from?: number
  until?: number
}

/** An authority that signs certificates for others. */
type Authority = { cert: string; issue(subject: Subject): Certified }

/** Creates an authority that only clients with its certificate trust. */
export function createAuthority(name: string): Authority {
  const pair = newPair()
  const issuer = { name: nameOf(name), key: pair.privateKey }
  const cert = certificate({ host: name }, { ...pair, issuer, isAuthority: true })
  return {
    cert,
    issue(subject) {
      const own = newPair()
      return { key: pemKey(own.privateKey), cert: certificate(subject, { ...own, issuer, isAuthority: false }) }
    },
  }
}

/** Creates a self-signed certificate. */
export function selfSignedCertificate(host: string): Certified {
  const pair = newPair()
  const issuer = { name: nameOf(host), key: pair.privateKey }
  return { key: pemKey(pair.privateKey), cert: certificate({ host }, { ...pair, issuer, isAuthority: false }) }
}

type Signing = { publicKey: KeyObject; issuer: { name: Buffer; key: KeyObject }; isAuthority: boolean }

const newPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pemKey = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()

const SEQUENCE = 0x30
const SET = 0x31
const ecdsaWithSha256 = '06082a8648ce3d040302'
const commonName = '0603550403'
const subjectAltName = '0603551d11'
const basicConstraints = '0603551d13'
let serials = 0

function certificate(
  { host, from = 2020, until = 2049 }: Subject,
  { publicKey, issuer, isAuthority }: Signing,
): string {
  const algorithm = der(SEQUENCE, hex(ecdsaWithSha256))
  const validity = der(SEQUENCE, timeOf(from), timeOf(until))
  const extension = isAuthority
    ? der(SEQUENCE, hex(basicConstraints), hex('0101ff'), der(0x04, der(SEQUENCE, hex('0101ff'))))
    : der(SEQUENCE, hex(subjectAltName), der(0x04, der(SEQUENCE, alternativeName(host))))
  const extensions = der(0xa3, der(SEQUENCE, extension))
  const version3 = der(0xa0, hex('020102'))
  const serial = der(0x02, Buffer.from([++serials]))
  const key = publicKey.export({ type: 'spki', format: 'der' })
  const body = der(SEQUENCE, version3, serial, algorithm, issuer.name, validity, nameOf(host), key, extensions)
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, issuer.key))
  return pem(der(SEQUENCE, body, algorithm, signature))
}

function nameOf(text: string): Buffer {
  return der(SEQUENCE, der(SET, der(SEQUENCE, hex(commonName), der(0x0c, Buffer.from(text)))))
}

function alternativeName(host: string): Buffer {
  return isIP(host) === 4 ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host))
}

/** The first second of a year, as UTCTime. */
function timeOf(year: number): Buffer {
  return der(0x17, Buffer.from(`${String(year).slice(2)}0101000000Z`))
}

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex')
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
