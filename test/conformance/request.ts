import type { WireRequest } from '../support/http-client.ts'
import { type Json, toJson } from './json.ts'
import type { RequestStep } from './scenario.ts'
import { fill, fillText, plainText, type Variables } from './variables.ts'

/**
 * The request of a step, byte by byte as the recording sent it.
 *
 * @param path another path than the step's own.
 * @throws Unplayable when a variable has no value.
 */
export function buildRequest(step: RequestStep, variables: Variables, path = step.path): WireRequest {
  const content = buildBody(step, variables)
  const headers = new Map([['Accept', 'application/json']])
  if (content) headers.set('Content-Type', content.type)
  if (step.auth !== undefined) {
    headers.set('Authorization', `${step.scheme ?? 'Bearer'} ${fillText(variables, step.auth)}`)
  }
  for (const [name, value] of Object.entries(step.headers ?? {})) {
    if (value === null) headers.delete(name)
    else headers.set(name, fillText(variables, value))
  }
  if (content || ['POST', 'PUT', 'PATCH'].includes(step.do)) {
    headers.set('Content-Length', String(content?.body.length ?? 0))
  }
  return {
    method: step.do,
    path: quotePath(fillText(variables, path)),
    headers: [...headers],
    ...(content && { body: content.body }),
  }
}

type Content = { type: string; body: Buffer }

function buildBody(step: RequestStep, variables: Variables): Content | undefined {
  if (step.json !== undefined) {
    return { type: 'application/json', body: Buffer.from(toJson(fill(variables, step.json))) }
  }
  if (step.raw !== undefined) {
    return { type: 'application/json', body: encodeWithSurrogates(fillText(variables, step.raw)) }
  }
  if (step.raw_hex !== undefined) {
    return { type: 'application/json', body: Buffer.from(step.raw_hex, 'hex') }
  }
  if (step.form !== undefined) {
    const pairs = filledPairs(step.form, variables).map((pair) => pair.map(quoteFormText).join('='))
    return { type: 'application/x-www-form-urlencoded', body: Buffer.from(pairs.join('&')) }
  }
  if (step.multipart !== undefined) {
    const parts = filledPairs(step.multipart, variables).map(
      ([name, value]) => `--frontier\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    return { type: 'multipart/form-data; boundary=frontier', body: Buffer.from(`${parts.join('')}--frontier--\r\n`) }
  }
  return undefined
}

function filledPairs(pairs: [string, Json][], variables: Variables): [string, string][] {
  return pairs.map(([name, value]) => [fillText(variables, name), plainText(fill(variables, value))])
}

/** A path as Python's `urllib.parse.quote` escapes it. Text that is already escaped stays unchanged. */
function quotePath(path: string): string {
  return quote(path, /[\w/?&=%.~:+\-@,]/)
}

/** A form's name or value as Python's `urllib.parse.quote_plus` escapes it. */
function quoteFormText(text: string): string {
  return quote(text, /[\w.~\- ]/).replaceAll(' ', '+')
}

function quote(text: string, safe: RegExp): string {
  const characters = Array.from(Buffer.from(text, 'utf8'), (byte) => {
    const character = String.fromCharCode(byte)
    return safe.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  })
  return characters.join('')
}

/** UTF-8 in which a lone surrogate becomes its three bytes: no UTF-8 at all, which a server has to notice. */
function encodeWithSurrogates(text: string): Buffer {
  return Buffer.concat(
    Array.from(text, (character) => {
      const code = character.codePointAt(0) ?? 0
      if (code < 0xd800 || code > 0xdfff) return Buffer.from(character)
      return Buffer.from([0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)])
    }),
  )
}
