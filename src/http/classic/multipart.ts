import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { ClassicAnswer } from './answer.ts'

/** As many fields as Django takes. */
const FIELD_LIMIT = 1_000

/** A file that was uploaded where a text belongs. Its content is thrown away. */
export class UploadedFile {}

/**
 * The fields of a `multipart/form-data` body in the order they came (RFC 7578). As in Django a body that does not contain
 * its boundary, or ends early, is a form with the fields that could be read.
 *
 * @throws ClassicAnswer 400 if the header names no boundary or the body cannot be read
 */
export function parseMultipart(contentType: string, bytes: Buffer): Promise<[string, unknown][]> {
  return new Promise((resolve, reject) => {
    const entries: [string, unknown][] = []
    const fail = () => reject(new ClassicAnswer(400, { detail: 'Multipart form parse error - Invalid multipart form' }))
    let parser: BusboyInstance
    try {
      parser = new Busboy({
        headers: { 'content-type': contentType },
        limits: { fieldSize: Number.POSITIVE_INFINITY, parts: FIELD_LIMIT + 1 },
      })
    } catch {
      fail()
      return
    }
    parser.on('field', (name: string, value: string) => entries.push([name, value]))
    parser.on('file', (name, stream) => {
      entries.push([name, new UploadedFile()])
      stream.resume()
    })
    parser.on('partsLimit', fail)
    parser.on('error', () => resolve(entries))
    parser.on('finish', () => resolve(entries))
    parser.end(bytes)
  })
}
