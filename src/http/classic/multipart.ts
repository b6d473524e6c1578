import type { BusboyInstance } from '@fastify/busboy'
import type { Decode } from '../body/charset.ts'
import { ClassicAnswer } from './answer.ts'

/** The most fields, as in Django. */
const FIELD_LIMIT = 1_000

/** A boundary that Django accepts: ASCII, at most 200 characters. */
const BOUNDARY = /;\s*boundary=(?:"([\x20-\x7e]{1,200})"|([\x21-\x7e]{1,200}))\s*(?:;|$)/i

/** An uploaded file where a text was expected. Its content is discarded. */
export class UploadedFile {}

/**
 * The fields of a `multipart/form-data` body, in order (RFC 7578). As in Django, a body that does not contain its
 * boundary, or ends early, is a form with the fields that could be read, and a text may be in base64.
 *
 * @throws ClassicAnswer 400 if the header has no boundary, or the body cannot be read or is not text in its charset
 */
export async function parseMultipart(contentType: string, bytes: Buffer, decode: Decode): Promise<[string, unknown][]> {
  // Loaded with the first of these bodies, because few clients send any.
  const { Busboy } = await import('@fastify/busboy')
  return new Promise((resolve, reject) => {
    const texts: [string, unknown][] = []
    const files: [string, unknown][] = []
    // A file takes precedence over a text of the same name, whichever came first.
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
        // Makes texts come as bytes: the library would replace what it cannot decode.
        isPartAFile: () => true,
      })
    } catch {
      return fail()
    }
    parser.on('file', (name, stream, fileName, encoding) => {
      // With any media type, even if the user selected no file.
      if (fileName !== undefined && fileName !== '') {
        files.push([name, new UploadedFile()])
        stream.resume()
        return
      }
      const field: [string, unknown] = [name, '']
      texts.push(field)
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        try {
          field[1] = decode(contentOf(Buffer.concat(chunks), encoding))
        } catch {
          fail()
        }
      })
    })
    parser.on('partsLimit', fail)
    parser.on('error', done)
    parser.on('finish', done)
    parser.write(bytes)
    // Ends the last part if the body does not do so itself. Nothing after the body's own end is read.
    parser.end(`\r\n--${boundary}--`)
  })
}

/** The content of a part. If it claims to be base64 and is not, it stays as it is. */
function contentOf(bytes: Buffer, encoding: string): Buffer {
  if (encoding !== 'base64') return bytes
  const text = bytes.toString('latin1')
  const content = Buffer.from(text, 'base64')
  return content.toString('base64') === text.replace(/\s/g, '') ? content : bytes
}
