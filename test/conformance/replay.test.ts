// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the scenarios' variables are written so
import { describe, expect, it } from 'vitest'
import { startStubServer } from '../support/stub-server.ts'
import { json, type Play, playOnStub, stubSecretKey } from './play-on-stub.ts'
import { replayScenario } from './replay.ts'
import { readGolden, readScenarios, type Step, scenarioDigest } from './scenario.ts'
import { signToken } from './tokens.ts'

const get: Step = { do: 'GET', path: '/thing/' }
const ok = json('{"status": 200}')

describe('a replay', () => {
  const captured: Step = { ...get, capture: { token: 'list.1.a' }, tolerant: { status_only: true } }
  const used: Step = { do: 'GET', path: '/${token}/', tolerant: { status_only: true } }

  it('passes captured values to later steps, digit by digit', async () => {
    const answer = () => ({ status: 200, json: '{"list": [0, {"a": 12345678901234567890}]}' })
    const { found, requests } = await playOnStub({ steps: [captured, used], recorded: [ok, ok], answer })
    expect(found).toEqual([])
    expect(requests.map(({ target }) => target)).toEqual(['/thing/', '/12345678901234567890/'])
  })

  it('stops if a captured value is missing', async () => {
    const answer = () => ({ status: 200, json: '{}' })
    const { found, requests } = await playOnStub({ steps: [captured, used, get], recorded: [ok, ok, ok], answer })
    expect(found).toEqual(['step 2 GET /${token}/: cannot be played: no value for token'])
    expect(requests).toHaveLength(1)
  })

  it('stops if the server hangs up', async () => {
    const { found } = await playOnStub({ steps: [get, get], recorded: [ok, ok], answer: () => undefined })
    expect(found).toEqual([expect.stringMatching(/^step 1 GET \/thing\/: cannot be played: the server did not answer/)])
  })

  it('reports a step that was not recorded', async () => {
    const { found } = await playOnStub({ steps: [get], recorded: [], answer: () => ({ status: 200 }) })
    expect(found).toEqual(['step 1 GET /thing/: nothing is recorded of this step'])
  })

  it('calls the administrator and lets time pass', async () => {
    const calls: string[] = []
    const server = {
      administer: async (action: string, username: string) => void calls.push(`${action} ${username.slice(0, 2)}`),
      advance: async (seconds: number) => void calls.push(`advance ${seconds}`),
    }
    const steps = [{ admin: 'delete', user: '${u}' }, json('{"sleep": 2.5}')] as Step[]
    const vars = { u: 'name' } as const
    const { found } = await playOnStub({ steps, vars, recorded: [{}, {}], answer: () => undefined, server })
    expect(found).toEqual([])
    expect(calls).toEqual(['delete u_', 'advance 2.5'])
  })

  it('makes up other names every time, and hides them in answers as it hides times', async () => {
    const steps: Step[] = [{ do: 'POST', path: '/', json: { user: 'x ${u}', n: '${digits}' } }]
    const times = { at: '2030-01-31T12:34:56.789Z', local: '2030-01-31T12:34:56' }
    const story: Play = {
      steps,
      vars: { u: 'name', digits: 'digits' },
      recorded: [
        json(`{"status": 200, "type": "application/json", "body":
          {"user": "x {u}", "n": "{digits}", "at": "$timestampZ", "local": "$timestamp without zone"}}`),
      ],
      answer: ({ body }) => ({ status: 200, json: JSON.stringify({ ...JSON.parse(body.toString()), ...times }) }),
    }
    const [one, other] = [await playOnStub(story), await playOnStub(story)]
    expect([one.found, other.found]).toEqual([[], []])
    const bodies = [one, other].map(({ requests }) => requests[0]?.body.toString())
    expect(bodies[0]).toMatch(/^\{"user": "x u_([a-z]\d){5}", "n": "\d{12}"\}$/)
    expect(bodies[0]).not.toBe(bodies[1])
  })

  it('collects the tokens and passwords that go over the wire', async () => {
    const token = signToken({ header: { alg: 'HS256' }, claims: {} }, stubSecretKey)
    const steps = [
      { do: 'POST', path: '/', json: { password: 'one' }, capture: { token: 'a' } },
      { do: 'POST', path: '/', form: [['new_password', 'two']] },
      { do: 'POST', path: '/', raw: '{"password2": "three"}', auth: '${token}' },
      { let: 'bad', op: 'drop_last', of: '${token}', ...json('{"count": 3}') },
      { do: 'GET', path: '/', headers: { Authorization: 'Bearer null' } },
    ] as Step[]
    const seen = { tokens: new Set<string>(), passwords: new Set<string>() }
    const answer = () => ({ status: 200, json: JSON.stringify({ a: token }) })
    await playOnStub({ steps, recorded: [], answer, seen })
    expect([...seen.passwords]).toEqual(['one', 'two', 'three'])
    expect([...seen.tokens]).toEqual([token, token.slice(0, -3)])
  })
})

describe.each([
  ['scenarios.json', 'golden.json'],
  ['own-scenarios.json', 'own-golden.json'],
])('the scenarios of %s', (scenarioFile, goldenFile) => {
  const golden = readGolden(goldenFile)
  const scenarios = readScenarios(scenarioFile)
  const atUrl = (url: string) => ({ url, secretKey: stubSecretKey, administer: async () => {} })

  it('are recorded as they are now, each under a name of its own', () => {
    const digests = scenarios.map((scenario) => [scenario.name, scenarioDigest(scenario)])
    expect(digests).toEqual([...golden].map(([name, { digest }]) => [name, digest]))
  })

  it('all find fault with a server that always fails', async () => {
    const stub = await startStubServer(() => ({ status: 500, json: '{}' }))
    const passed: string[] = []
    for (const scenario of scenarios) {
      const found = await replayScenario(scenario, golden.get(scenario.name) ?? noRecording, atUrl(stub.url))
      if (found.length === 0) passed.push(scenario.name)
    }
    await stub.close()
    expect(passed).toEqual([])
  })

  it('are not played if they were edited after the recording', async () => {
    const [scenario] = scenarios
    if (!scenario) throw new Error('there is no scenario')
    const edited = { ...scenario, steps: scenario.steps.slice(1) }
    const found = await replayScenario(edited, golden.get(scenario.name) ?? noRecording, atUrl('http://127.0.0.1:9'))
    expect(found).toEqual(['the scenario has changed since it was recorded'])
  })
})

const noRecording = { digest: '', steps: [] }
