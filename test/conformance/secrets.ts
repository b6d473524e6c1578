import type { WireRequest } from '../support/http-client.ts'
import { isObject, type Json, parseJson } from './json.ts'
import type { LetStep, RequestStep } from './scenario.ts'
import { decodeToken } from './tokens.ts'
import { fill, type Variables } from './variables.ts'

/**
 * Collects what a replay sent and was sent that no log may hold: every token, forged ones too, and every password.
 * Weak passwords are among them (`password`, `12345678`), so a search of a log wants the distinctive ones only.
 */
export type SeenSecrets = { tokens: Set<string>; passwords: Set<string> }

/** A shorter "token" is a word such as `null` or `a.b.c`, which a log may well contain. */
const shortestToken = 20

/** Notes the tokens and passwords that a request carries. */
export function noteRequest(seen: SeenSecrets, step: RequestStep, request: WireRequest, variables: Variables): void {
  for (const [name, value] of request.headers) {
    if (name.toLowerCase() === 'authorization') noteTokens(seen, value)
  }
  if (step.json !== undefined) noteDocument(seen, fill(variables, step.json))
  for (const [name, value] of [...(step.form ?? []), ...(step.multipart ?? [])]) {
    noteDocument(seen, fill(variables, value), name)
  }
  if (step.raw !== undefined) noteText(seen, String(fill(variables, step.raw)))
}

/** Notes the tokens in an answer, and those made by a `let` step. */
export function noteAnswer(seen: SeenSecrets, body: Json | undefined): void {
  if (body !== undefined) noteDocument(seen, body)
}

/** Notes what a `let` step made of a token, even if that is no longer a token. */
export function noteMade(seen: SeenSecrets, step: LetStep, made: Json): void {
  if (step.op !== 'text' && step.op !== 'claim' && typeof made === 'string') noteTokens(seen, made)
}

function noteTokens(seen: SeenSecrets, text: string): void {
  for (const word of text.split(/\s+/)) if (word.length >= shortestToken) seen.tokens.add(word)
}

function noteDocument(seen: SeenSecrets, value: Json, name = ''): void {
  if (Array.isArray(value)) {
    for (const item of value) noteDocument(seen, item, name)
  } else if (isObject(value)) {
    for (const [member, item] of Object.entries(value)) noteDocument(seen, item, member)
  } else if (typeof value === 'string') {
    if (name.includes('password')) seen.passwords.add(value)
    if (decodeToken(value)) seen.tokens.add(value)
  }
}

function noteText(seen: SeenSecrets, text: string): void {
  try {
    noteDocument(seen, parseJson(text))
  } catch {
    // Not JSON: the scenario wants it to be refused unread.
  }
}
