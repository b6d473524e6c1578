// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the scenarios' variables are written so
import { describe, expect, it } from 'vitest'
import type { StubAnswer, StubRequest } from '../support/stub-server.ts'
import { JsonNumber } from './json.ts'
import { answersInTurn, json, type Play, playOnStub, stubSecretKey } from './play-on-stub.ts'
import type { Step } from './scenario.ts'
import { signToken } from './tokens.ts'

const play = async (story: Play) => (await playOnStub(story)).found

const get: Step = { do: 'GET', path: '/thing/' }

/** One GET whose recorded body has an id, an integer and a float. */
const playGood = (body: string, more: { status?: number; headers?: Record<string, string> } = {}) =>
  play({
    steps: [get],
    recorded: [json('{"status": 200, "type": "application/json", "body": {"id": "$int", "list": [1, 2.0, null]}}')],
    answer: () => ({ status: 200, json: body, ...more }),
  })

describe('comparing answers', () => {
  it('finds nothing if the server answers as recorded', async () => {
    expect(await playGood('{"list": [1, 2.00, null], "id": 77}')).toEqual([])
  })

  it.each([
    ['another number', '{"id": 77, "list": [3, 2.0, null]}', 'body.list[0]: expected 1, got 3'],
    ['an integer for a float', '{"id": 77, "list": [1, 2, null]}', 'body.list[1]: expected 2.0, got 2'],
    ['a text for an id', '{"id": "77", "list": [1, 2.0, null]}', 'body.id: expected "$int", got "77"'],
    ['a float for an id', '{"id": 77.0, "list": [1, 2.0, null]}', 'body.id: expected "$int", got "$float"'],
    ['false for null', '{"id": 77, "list": [1, 2.0, false]}', 'body.list[2]: expected null, got false'],
    ['a missing member', '{"list": [1, 2.0, null]}', 'body.id missing, expected "$int"'],
    ['one member more', '{"id": 77, "list": [1, 2.0, null], "hash": "x"}', 'body.hash unexpected: "x"'],
    [
      'a member called like a prototype',
      '{"id": 77, "list": [1, 2.0, null], "__proto__": 1}',
      'body.__proto__ unexpected: 1',
    ],
    ['a shorter list', '{"id": 77, "list": [1, 2.0]}', 'body.list: expected [1, 2.0, null], got [1, 2.0]'],
    ['no object', '[]', 'body: expected {"id": "$int", "list": [1, 2.0, null]}, got []'],
    ['broken JSON', '{"id": 77,}', 'body: expected {"id": "$int", "list": [1, 2.0, null]}, got "$not-json"'],
  ])('reports %s', async (_fault, body, line) => {
    expect(await playGood(body)).toEqual([`step 1 GET /thing/: ${line}`])
  })

  it('reports another status, another type and an unexpected challenge', async () => {
    const headers = { 'content-type': 'text/html; charset=utf-8', 'www-authenticate': 'Bearer realm="api"' }
    expect(await playGood('<p>', { status: 401, headers })).toEqual([
      'step 1 GET /thing/: body: expected {"id": "$int", "list": [1, 2.0, null]}, got "$text/html"',
      'step 1 GET /thing/: status: expected 200, got 401',
      'step 1 GET /thing/: type: expected "application/json", got "text/html"',
      'step 1 GET /thing/: www_authenticate unexpected: "Bearer realm=\\"api\\""',
    ])
  })

  it('compares Allow as a set, on 405 and OPTIONS', async () => {
    const steps: Step[] = [
      { do: 'OPTIONS', path: '/' },
      { do: 'PUT', path: '/' },
    ]
    const allow = json('{"status": 405, "allow": ["GET", "OPTIONS"], "body": null}')
    const answer = ({ method }: StubRequest) => ({
      status: 405,
      headers: { allow: method === 'PUT' ? 'OPTIONS' : 'OPTIONS,GET' },
    })
    expect(await play({ steps, recorded: [allow, allow], answer })).toEqual([
      'step 2 PUT /: allow: expected ["GET", "OPTIONS"], got ["OPTIONS"]',
    ])
  })

  it('compares where a redirect leads, whatever the server calls itself', async () => {
    const recorded = json('{"status": 302, "location": "/posts/$int/?next={u}", "body": null}')
    const told = (location: string) => (request: StubRequest) => ({
      status: 302,
      headers: { location: location + request.target.split('=')[1] },
    })
    const steps: Step[] = [{ do: 'GET', path: '/?u=${u}' }]
    const vars = { u: 'name' } as const
    expect(await play({ steps, vars, recorded: [recorded], answer: told('http://me/posts/12/?next=') })).toEqual([])
    expect(await play({ steps, vars, recorded: [recorded], answer: told('/posts/x/?next=') })).toEqual([
      'step 1 GET /?u=${u}: location: expected "/posts/$int/?next={u}", got "/posts/x/?next={u}"',
    ])
  })

  it('compares only the wanted items of a list', async () => {
    const only = { key: 'id', in: [new JsonNumber(2), new JsonNumber(3)] }
    const recorded = json('{"status": 200, "type": "application/json", "body": [{"id": "$int", "x": 1}]}')
    const answer = () => ({ status: 200, json: '[{"id": 1, "x": 0}, {"id": 2, "x": 1}, 3]' })
    expect(await play({ steps: [{ ...get, only }], recorded: [recorded], answer })).toEqual([])
  })
})

describe('comparing tokens', () => {
  const claims = { token_type: 'access', exp: 1_900_000_300, iat: 1_900_000_000, jti: 'ab', user_id: 1 }
  const token = (header: object, changed: object) =>
    signToken(
      { header: json(JSON.stringify(header)), claims: json(JSON.stringify({ ...claims, ...changed })) },
      stubSecretKey,
    )
  const recorded = json(`{"status": 200, "type": "application/json", "body": {"access": {"$jwt": {
    "header": {"alg": "HS256", "typ": "JWT"}, "token_type": "access", "expires_in": "5 min",
    "claims": {"exp": "int", "iat": "int", "jti": "str", "token_type": "str", "user_id": "int"}}}}}`)
  const playToken = (header: object, changed: object) =>
    play({
      steps: [get],
      recorded: [recorded],
      answer: () => ({ status: 200, json: JSON.stringify({ access: token(header, changed) }) }),
    })
  const header = { alg: 'HS256', typ: 'JWT' }

  it('treats tokens of the same shape as equal, and lets a service add kid, sid and iss', async () => {
    expect(await playToken({ ...header, kid: 'k' }, { jti: 'cd', sid: 's', iss: 'i' })).toEqual([])
  })

  it.each<[string, object, object, string]>([
    ['another algorithm', { alg: 'HS512', typ: 'JWT' }, {}, 'header.alg: expected "HS256", got "HS512"'],
    ['no typ', { alg: 'HS256' }, {}, 'header.typ missing, expected "JWT"'],
    ['a claim more', header, { email: 'x' }, 'claims.email unexpected: "str"'],
    ['an id as text', header, { user_id: '1' }, 'claims.user_id: expected "int", got "str"'],
    ['a fraction in a NumericDate', header, { iat: 1.5 }, 'claims.iat: expected "int", got "float"'],
    ['another lifetime', header, { exp: 1_900_000_600 }, 'expires_in: expected "5 min", got "10 min"'],
    ['a passed expiry', header, { exp: 1 }, 'expires_in: expected "5 min", got "short"'],
    ['the other kind', header, { token_type: 'refresh' }, 'token_type: expected "access", got "refresh"'],
  ])('reports %s', async (_fault, tokenHeader, changed, line) => {
    expect(await playToken(tokenHeader, changed)).toEqual([`step 1 GET /thing/: body.access.$jwt.${line}`])
  })
})

describe('tolerances', () => {
  it('accepts either the redirect or the answer behind it, and reports a wrong answer behind it', async () => {
    const steps: Step[] = [{ do: 'POST', path: '/a?b=c', tolerant: { redirect: true } }]
    const recorded = {
      answer: json('{"status": 301, "location": "/a/?b=c", "body": null}'),
      followed: json('{"status": 200, "type": "application/json", "body": {}}'),
    }
    const redirect = { status: 308, headers: { location: '/a/' } }
    const followed = { status: 200, json: '{}' }
    const attempt = (...told: StubAnswer[]) =>
      playOnStub({ steps, recorded: [recorded], answer: answersInTurn(...told) })
    expect((await attempt(followed)).found).toEqual([])
    const behind = await attempt(redirect, followed)
    expect(behind.found).toEqual([])
    expect(behind.requests.map(({ method, target }) => `${method} ${target}`)).toEqual(['POST /a?b=c', 'POST /a/?b=c'])
    const gone = [
      'body: expected {}, got null',
      'status: expected 200, got 404',
      'type missing, expected "application/json"',
    ]
    const lines = gone.map((line) => `step 1 POST /a?b=c: ${line}`)
    expect((await attempt(redirect, { status: 404 })).found).toEqual(lines)
    expect((await attempt({ status: 404 })).found).toEqual(lines)
  })

  it('compares only the status if so configured', async () => {
    const steps: Step[] = [{ ...get, tolerant: { status_only: true } }]
    const recorded = [json('{"status": 404}')]
    expect(await play({ steps, recorded, answer: answersInTurn({ status: 404, text: 'what?' }) })).toEqual([])
    expect(await play({ steps, recorded, answer: answersInTurn({ status: 200 }) })).toEqual([
      'step 1 GET /thing/: status: expected 404, got 200',
    ])
  })

  it('accepts any of several statuses if so configured, and no others', async () => {
    const steps = [{ ...get, tolerant: json('{"status_in": [301, 302]}') }] as Step[]
    const recorded = [json('{"status": 302}')]
    expect(await play({ steps, recorded, answer: answersInTurn({ status: 301 }) })).toEqual([])
    expect(await play({ steps, recorded, answer: answersInTurn({ status: 500 }) })).toEqual([
      'step 1 GET /thing/: status: expected one of [301, 302], got 500',
    ])
  })

  it('requires a refusal in JSON if the recorded server crashed', async () => {
    const steps = [{ ...get, tolerant: json('{"oracle_error": [400, 401]}') }] as Step[]
    const recorded = [json('{"status": 500, "type": "text/html", "body": "$text/html"}')]
    expect(await play({ steps, recorded, answer: answersInTurn({ status: 401, json: '{}' }) })).toEqual([])
    expect(await play({ steps, recorded, answer: answersInTurn({ status: 500, json: '{}' }) })).toEqual([
      'step 1 GET /thing/: status: expected one of [400, 401], got 500',
    ])
    expect(await play({ steps, recorded, answer: answersInTurn({ status: 401, text: 'no' }) })).toEqual([
      'step 1 GET /thing/: type: expected application/json, got ""',
    ])
  })

  it('lets the named places of a body contain anything, and no others', async () => {
    const steps: Step[] = [{ ...get, tolerant: { any: ['name', 'list.0.a', 'absent.b'] } }]
    const recorded = [
      json('{"status": 200, "type": "application/json", "body": {"name": "$any", "list": [{"a": 1, "b": 1}]}}'),
    ]
    const free = { status: 200, json: '{"list": [{"a": [], "b": 1}]}' }
    expect(await play({ steps, recorded, answer: answersInTurn(free) })).toEqual([])
    const wrong = { status: 200, json: '{"name": {}, "list": [{"a": 1, "b": 2}]}' }
    expect(await play({ steps, recorded, answer: answersInTurn(wrong) })).toEqual([
      'step 1 GET /thing/: body.list[0].b: expected 1, got 2',
    ])
  })

  it.each<[string, number[], string[]]>([
    ['nothing of one winner', [401, 200, 401], []],
    ['two winners', [200, 200, 401], ['expected 200 once: {"200": 2, "401": 1}']],
    ['no winner', [401, 401, 401], ['expected 200 once: {"401": 3}']],
    ['a crashed loser', [200, 401, 500], ['expected only [401] for the others: {"200": 1, "401": 1, "500": 1}']],
  ])('reports %s in a race', async (_case, statuses, lines) => {
    const race = json('{"parallel": 3, "tolerant": {"race": {"wins": 200, "others": [401]}}}')
    const steps = [{ ...get, ...race }] as Step[]
    const recorded = [json('{"statuses": {}}')]
    const found = await play({ steps, recorded, answer: answersInTurn(...statuses.map((status) => ({ status }))) })
    expect(found).toEqual(lines.map((line) => `step 1 GET /thing/: statuses: ${line}`))
  })

  it('counts the statuses of parallel requests that are not a race', async () => {
    const steps = [{ ...get, ...json('{"parallel": 2}') }] as Step[]
    const answer = answersInTurn({ status: 200 }, { status: 500 })
    expect(await play({ steps, recorded: [json('{"statuses": {"200": 2}}')], answer })).toHaveLength(2)
  })
})
