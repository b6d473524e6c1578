import type { BusboyInstance } from '@fastify/busboy'
import { ClassicAnswer } from './answer.ts'

/** As many fields as Django takes. */
const FIELD_LIMIT = 1_000

/** A boundary that Django takes: ASCII, at most 200 characters. */
const BOUNDARY = /;\s*boundary=(?:"([\x20-\x7e]{1,200})"|([\x21-\x7e]{1,200}))\s*(?:;|$)/i

/** A file that was uploaded where a text belongs. Its content is thrown away. */
export class UploadedFile {}

/**
 * The fields of a `multipart/form-data` body in the order they came (RFC 7578). As in Django a body that does not contain
 * its boundary, or ends early, is a form with the fields that could be read, and a text may come in base64.
 *
 * @throws ClassicAnswer 400 if the header names no boundary or the body cannot be read
 */
export async function parseMultipart(contentType: string, bytes: Buffer): Promise<[string, unknown][]> {
  // Loaded with the first of these bodies: few clients send any.
  const { Busboy } = await import('@fastify/busboy')
  return new Promise((resolve, reject) => {
    const texts: [string, unknown][] = []
    const files: [string, unknown][] = []
    // A file counts before a text of the same name, whichever came first.
    const done = () => resolve([...texts, ...files])
    const fail = () => reject(new ClassicAnswer(400, { detail: 'Multipart form parse error - Invalid multipart form' }))
    const [, quoted, plain] = BOUNDARY.exec(contentType) ?? []
    const boundary = quoted ?? plain
    if (boundary === undefined) return fail()
    let parser: BusboyInstance
    try {
      parser = new Busboy({
        headers: { 'content-type': contentType },
        limits: { fieldSize: Number.POSITIVE_INFINITY, parts: FIELD_LIMIT + 1 },
        // Whatever media type it names, and also where a browser was given no file.
        isPartAFile: (_name, _type, fileName) => fileName !== undefined && fileName !== '',
      })
    } catch {
      return fail()
    }
    parser.on('field', (name: string, value: string, _isNameCut, _isValueCut, encoding: string) => {
      texts.push([name, encoding === 'base64' ? decodeBase64(value) : value])
    })
    parser.on('file', (name, stream) => {
      files.push([name, new UploadedFile()])
      stream.resume()
    })
    parser.on('partsLimit', fail)
    parser.on('error', done)
    parser.on('finish', done)
    parser.write(bytes)
    // Ends the last part where the body does not do so itself; behind its own end it is not read.
    parser.end(`\r\n--${boundary}--`)
  })
}

/** The text that is meant; one that is no base64, as it is. */
function decodeBase64(value: string): string {
  const bytes = Buffer.from(value, 'base64')
  return bytes.toString('base64') === value.replace(/\s/g, '') ? bytes.toString('utf8') : value
}
