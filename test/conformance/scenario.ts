import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Json, type JsonNumber, type JsonObject, parseJson, toJson } from './json.ts'

/** Where an answer may differ from the recorded one. */
export type Tolerance = {
  /** A redirect to the path with a slash, or that path's own answer. */
  redirect?: boolean
  /** Only the status is compared. */
  status_only?: boolean
  /** Any of these statuses; nothing else is compared. */
  status_in?: JsonNumber[]
  /** If the recorded server crashed (5xx): one of these statuses, in JSON. */
  oracle_error?: JsonNumber[]
  /** These places of the body may hold anything or be missing. */
  any?: string[]
  /** With `parallel`: exactly one answer has the first status, the rest have one of the others. */
  race?: { wins: JsonNumber; others: JsonNumber[] }
  why?: string
}

/** One HTTP request. `${name}` inside any of its texts stands for the value of that variable. */
export type RequestStep = {
  do: string
  path: string
  /** At most one of these five makes the body. */
  json?: Json
  raw?: string
  raw_hex?: string
  form?: [string, Json][]
  multipart?: [string, Json][]
  /** A token for `Authorization`. */
  auth?: string
  /** The word before it; `Bearer` by default. */
  scheme?: string
  /** Further headers; `null` removes one. */
  headers?: Record<string, string | null>
  /** Variable -> dotted place in the answer's body. */
  capture?: Record<string, string>
  capture_optional?: boolean
  /** Of a list in the answer, keeps the items whose `key` is among `in`. */
  only?: { key: string; in: Json }
  /** How many of this request to send at once. */
  parallel?: JsonNumber
  tolerant?: Tolerance
  note?: string
}

/** Derives a new text or token from an earlier one. */
export type LetStep = {
  let: string
  op: string
  of: string
  text?: string
  count?: JsonNumber
  claim?: string
  signature_of?: string
  set?: JsonObject
  drop?: string[]
  header?: JsonObject
  key?: string
  note?: string
}

/** Something an administrator does behind the server's back. */
export type AdminAction = 'activate' | 'deactivate' | 'delete' | 'promote'
type AdminStep = { admin: AdminAction; user: string; note?: string }

/** Lets time pass. */
type SleepStep = { sleep: JsonNumber; note?: string }

/** Takes the emails that have come to an address since the last such step; at least one is expected. */
export type MailStep = {
  mail: string
  /** Variable -> a part of the link in the newest of them. */
  capture?: Record<string, 'link' | 'uid' | 'token'>
  note?: string
}

/** The same where none is expected. */
export type NoMailStep = { no_mail: string; note?: string }

export type Step = RequestStep | LetStep | AdminStep | SleepStep | MailStep | NoMailStep

/** A scenario: a sequence of requests to the server. */
export type Scenario = {
  name: string
  about: string
  /** Names to make up afresh for each replay, and their kind. */
  vars: Record<string, 'name' | 'digits'>
  /** What the server under test has to be given: `secret`, `admin`, or settings (`short`, `throttle`). */
  needs?: string[]
  /** The collection it belongs to; `shared` by default. */
  audience?: string
  /** How the server under test must be configured, if not in the usual way. */
  setup?: string
  steps: Step[]
}

/** What was recorded of one step: an answer in the normal form of `answer.ts`. */
export type GoldenStep = { step: string; answer?: JsonObject; followed?: JsonObject; uncaptured?: string }

/** What was recorded of a scenario. */
export type GoldenScenario = { digest: string; steps: GoldenStep[] }

/** Reads a file of scenarios from `data/`. The data is ours and protected by its digests, so its form is not checked again. */
export function readScenarios(file: string): Scenario[] {
  return readData(file) as unknown as Scenario[]
}

/**
 * Reads the recorded answers from `data/`, by the names of their scenarios.
 *
 * @throws Error when the file is of another format.
 */
export function readGolden(file: string): Map<string, GoldenScenario> {
  const golden = readData(file) as unknown as { format: JsonNumber; scenarios: Record<string, GoldenScenario> }
  if (golden.format.value !== 1) throw new Error(`${file} has format ${golden.format.text}, expected 1`)
  return new Map(Object.entries(golden.scenarios))
}

function readData(file: string): Json {
  return parseJson(readFileSync(new URL(`data/${file}`, import.meta.url), 'utf8'))
}

/** What ties a recording to its scenario: a digest of everything in it that affects the answers. */
export function scenarioDigest(scenario: Scenario): string {
  const { name, vars, needs, setup, audience = 'shared', steps } = scenario
  const plain = {
    name,
    vars,
    ...(needs && { needs }),
    ...(setup !== undefined && { setup }),
    audience,
    steps,
  } as unknown as JsonObject
  return createHash('sha256')
    .update(toJson(plain, { sorted: true }))
    .digest('hex')
    .slice(0, 16)
}

/** Names a step for people. */
export function stepLabel(number: number, step: Step): string {
  let text: string
  if ('do' in step) text = `${step.do} ${step.path}`
  else if ('let' in step) text = `let ${step.let}`
  else if ('admin' in step) text = `admin ${step.admin}`
  else if ('mail' in step) text = `mail ${step.mail}`
  else if ('no_mail' in step) text = `no_mail ${step.no_mail}`
  else text = `sleep ${step.sleep.text}`
  return `step ${number} ${text}${step.note ? ` (${step.note})` : ''}`
}
