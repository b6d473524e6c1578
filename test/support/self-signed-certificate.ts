import { generateKeyPairSync, sign } from 'node:crypto'

/** A private key and a certificate for it that nobody vouches for, both as PEM. */
export type SelfSigned = { key: string; cert: string }

const SEQUENCE = 0x30
const SET = 0x31
const ecdsaWithSha256 = '06082a8648ce3d040302'
const commonName = '0603550403'
const subjectAltName = '0603551d11'

/** Makes one for a host name, good from 2020 to 2049 (RFC 5280 §4.1), since Node can read certificates but not make them. */
export function selfSignedCertificate(hostname: string): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(SEQUENCE, hex(ecdsaWithSha256))
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, hex(commonName), der(0x0c, Buffer.from(hostname)))))
  const validity = der(SEQUENCE, der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z')))
  const names = der(0x04, der(SEQUENCE, der(0x82, Buffer.from(hostname))))
  const extensions = der(0xa3, der(SEQUENCE, der(SEQUENCE, hex(subjectAltName), names)))
  const version3 = der(0xa0, hex('020102'))
  const serial = der(0x02, Buffer.from([1]))
  const key = publicKey.export({ type: 'spki', format: 'der' })
  const body = der(SEQUENCE, version3, serial, algorithm, name, validity, name, key, extensions)
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(der(SEQUENCE, body, algorithm, signature)),
  }
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
