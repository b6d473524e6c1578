import { type StubAnswer, type StubRequest, startStubServer } from '../support/stub-server.ts'
import { type JsonObject, parseJson } from './json.ts'
import { type ConformanceServer, replayScenario } from './replay.ts'
import { type GoldenStep, type Scenario, type Step, scenarioDigest } from './scenario.ts'
import type { SeenSecrets } from './secrets.ts'

/** The key that the stub's tokens are signed with. */
export const stubSecretKey = 'a key of the stub, long enough for HS256'

/** The stub's time, epoch milliseconds. */
export const stubNow = 1_900_000_000_000

/** A scenario that a test made up, what was recorded of it, and what the server really answers. */
export type Play = {
  steps: Step[]
  vars?: Scenario['vars']
  /** For each step: the answer, also with `followed`; an empty object for steps that are not requests. */
  recorded: (JsonObject | Omit<GoldenStep, 'step'>)[]
  answer: (request: StubRequest) => StubAnswer
  server?: Partial<ConformanceServer>
  seen?: SeenSecrets
}

/** Replays a scenario against a stub: the differences that were found, and the requests that reached the stub. */
export async function playOnStub(play: Play): Promise<{ found: string[]; requests: StubRequest[] }> {
  const { steps, vars = {}, recorded, answer, server = {}, seen } = play
  const scenario: Scenario = { name: 'a scenario', about: 'made up for a test', vars, steps }
  const goldenSteps = recorded.map((one) => ({
    step: '',
    ...('status' in one || 'statuses' in one ? { answer: one } : one),
  }))
  const golden = { digest: scenarioDigest(scenario), steps: goldenSteps as GoldenStep[] }
  const stub = await startStubServer(answer)
  try {
    const administer = async () => {}
    const underTest = { url: stub.url, secretKey: stubSecretKey, administer, now: () => stubNow, ...server }
    return { found: await replayScenario(scenario, golden, underTest, seen), requests: stub.requests }
  } finally {
    await stub.close()
  }
}

/** A JSON object written as text, so that the spelling of its numbers is kept. */
export function json(text: string): JsonObject {
  return parseJson(text) as JsonObject
}

/** A stub that answers with these, one after the other. */
export function answersInTurn(...answers: StubAnswer[]): () => StubAnswer {
  return () => answers.shift()
}
