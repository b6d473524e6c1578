import { systemClock } from '../../src/platform/clock.ts'
import { send, type WireAnswer } from '../support/http-client.ts'
import { normalAnswer, parseBody } from './answer.ts'
import { compareOutcomes, differences, type Outcome } from './compare.ts'
import { dig, type Json, JsonNumber, type JsonObject } from './json.ts'
import { buildRequest } from './request.ts'
import {
  type AdminAction,
  type GoldenScenario,
  type GoldenStep,
  type MailStep,
  type NoMailStep,
  type RequestStep,
  type Scenario,
  type Step,
  scenarioDigest,
  stepLabel,
} from './scenario.ts'
import { noteAnswer, noteMade, noteRequest, type SeenSecrets } from './secrets.ts'
import { transform } from './transform.ts'
import { createVariables, fillText, Unplayable, type Variables } from './variables.ts'

/** The server under test. */
export type ConformanceServer = {
  /** `http://host:port`, without a path. */
  url: string
  /** Its HS256 key, to forge tokens with. */
  secretKey: string
  /** Deactivates or deletes an account without the HTTP interface. */
  administer(action: AdminAction, username: string): Promise<void>
  /** Takes the emails to an address that have come since it was last asked, the oldest first, as plain text. */
  takeMails?(address: string): Promise<string[]>
  /** Its clock in epoch milliseconds. Default: the machine's. */
  now?(): number
  /** Lets time pass for the server. Without it, scenarios that wait cannot be played. */
  advance?(seconds: number): Promise<void>
}

type Replay = { server: ConformanceServer; variables: Variables; seen: SeenSecrets }

/**
 * Plays one scenario against a server and compares every answer with the recorded one.
 *
 * @param seen collects the tokens and passwords that were sent or received.
 * @returns the differences, each with its step; none when the server does as recorded. After a step that cannot be
 *   played the rest is left out.
 */
export async function replayScenario(
  scenario: Scenario,
  golden: GoldenScenario,
  server: ConformanceServer,
  seen: SeenSecrets = { tokens: new Set(), passwords: new Set() },
): Promise<string[]> {
  if (golden.digest !== scenarioDigest(scenario)) return ['the scenario has changed since it was recorded']
  const replay: Replay = { server, variables: createVariables(scenario), seen }
  const found: string[] = []
  for (const [index, step] of scenario.steps.entries()) {
    const label = stepLabel(index + 1, step)
    try {
      const faults = await playStep(replay, step, golden.steps[index])
      found.push(...faults.map((fault) => `${label}: ${fault}`))
    } catch (error) {
      if (!(error instanceof Unplayable)) throw error
      return [...found, `${label}: cannot be played: ${error.message}`]
    }
  }
  return found
}

async function playStep(replay: Replay, step: Step, golden: GoldenStep | undefined): Promise<string[]> {
  const { server, variables, seen } = replay
  if ('let' in step) {
    const made = transform(step, { variables, secretKey: server.secretKey, now: now(server) })
    variables.values.set(step.let, made)
    noteMade(seen, step, made)
    return []
  }
  if ('admin' in step) {
    await server.administer(step.admin, fillText(variables, step.user))
    return []
  }
  if ('mail' in step || 'no_mail' in step) {
    const outcome = await readMails(replay, step)
    if (golden?.answer === undefined) return ['nothing is recorded of this step']
    return differences(golden.answer, outcome)
  }
  if ('sleep' in step) {
    if (!server.advance) throw new Unplayable('time cannot be moved')
    await server.advance(step.sleep.value)
    return []
  }
  const outcome = step.parallel
    ? await playTogether(replay, step, step.parallel.value)
    : await playRequest(replay, step)
  if (golden?.answer === undefined) return ['nothing is recorded of this step']
  const { answer, followed } = golden
  return compareOutcomes(step, followed ? { answer, followed } : { answer }, outcome)
}

/** How many emails came, and the link of the newest in normal form. */
async function readMails({ server, variables }: Replay, step: MailStep | NoMailStep): Promise<JsonObject> {
  if (!server.takeMails) throw new Unplayable('mails cannot be read')
  const mails = await server.takeMails(fillText(variables, 'mail' in step ? step.mail : step.no_mail))
  const count = new JsonNumber(mails.length)
  if (!('mail' in step)) return { mails: count }
  const link = LINK.exec(mails.at(-1) ?? '')
  const [whole = '', uid = '', token = ''] = link ?? []
  for (const [name, part] of Object.entries(step.capture ?? {})) {
    if (link) variables.values.set(name, { link: whole, uid, token }[part])
    else variables.values.delete(name)
  }
  if (!link) return { mails: count, link: null }
  const kind = /^\d+$/.test(Buffer.from(uid, 'base64url').toString('latin1')) ? '$uid' : uid
  return { mails: count, link: `${whole.slice(0, -`${uid}/${token}`.length)}${kind}/$token` }
}

/** A link whose last two parts are a uid and a token. */
const LINK = /https?:\/\/[^\s"'<>]*\/([\w-]+)\/([\w.~-]{19,}[\w~-])(?![\w~/-]|\.\w)/

async function playRequest(replay: Replay, step: RequestStep): Promise<Outcome> {
  const first = await ask(replay, step)
  const isRedirect = [301, 302, 307, 308].includes(first.wire.status)
  const mayFollow = step.tolerant?.redirect && isRedirect
  const second = mayFollow ? await ask(replay, step, step.path.replace(/(?=\?|$)/, '/')) : undefined
  capture(replay, step, parseBody((second ?? first).wire))
  return { answer: first.answer, ...(second && { followed: second.answer }) }
}

async function ask(
  replay: Replay,
  step: RequestStep,
  path?: string,
): Promise<{ wire: WireAnswer; answer: JsonObject }> {
  const wire = await sendStep(replay, step, path)
  return { wire, answer: normalAnswer(step, wire, replay.variables, now(replay.server)) }
}

async function playTogether(replay: Replay, step: RequestStep, count: number): Promise<Outcome> {
  const answers = await Promise.all(Array.from({ length: count }, () => sendStep(replay, step)))
  const statuses: Record<string, Json> = {}
  for (const [status, same] of Map.groupBy(answers, (answer) => answer.status)) {
    statuses[status] = new JsonNumber(same.length)
  }
  return { answer: { statuses } }
}

async function sendStep({ server, variables, seen }: Replay, step: RequestStep, path?: string): Promise<WireAnswer> {
  const request = buildRequest(step, variables, path)
  noteRequest(seen, step, request, variables)
  try {
    const answer = await send(server.url, request)
    noteAnswer(seen, parseBody(answer))
    return answer
  } catch (cause) {
    throw new Unplayable(`the server did not answer: ${cause}`, { cause })
  }
}

/** If there is nothing at a place, the variable has no value, so that steps that need it cannot be played. */
function capture({ variables }: Replay, step: RequestStep, body: Json | undefined): void {
  for (const [name, place] of Object.entries(step.capture ?? {})) {
    const value = dig(body, place)
    if (value === undefined) variables.values.delete(name)
    else variables.values.set(name, value)
  }
}

function now(server: ConformanceServer): number {
  return (server.now ?? systemClock.now)()
}
