import { Validator } from '@seriousme/openapi-schema-validator'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withoutNames } from '../../src/http/openapi/names.ts'
import { sendJson } from '../support/http-client.ts'
import { METRICS_TOKEN } from '../support/metrics-text.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { anyDatabase } from './signed-in-app.ts'

/** Section 1.1 of the classic contract. */
const CLASSIC = {
  '/api/register/': 'POST',
  '/api/users/': 'POST',
  '/api/users/register/': 'POST',
  '/register/': 'POST',
  '/api/login/': 'POST',
  '/api/token/': 'POST',
  '/token/': 'POST',
  '/api/users/authentication/': 'POST',
  '/api/token/refresh/': 'POST',
  '/api/refresh/': 'POST',
  '/token/refresh/': 'POST',
  '/api/token/refresh-and-verify/': 'POST',
  '/api/token/verify/': 'POST',
  '/api/token/blacklist/': 'POST',
  '/api/logout/': 'POST',
  '/api/change-password/': 'POST',
  '/api/token/authentication-token-header/': 'POST',
  '/api/protected/': 'GET',
  '/dashboard/': 'GET',
  '/api/users/profile/': 'GET',
  '/api/posts/': 'GET POST',
  '/api/posts/{id}/': 'DELETE GET PATCH PUT',
}

/** Pages for people, and the description itself. */
const UNDESCRIBED =
  /^([A-Z]+ \/admin|(GET|HEAD) \/(docs|dev\/.*|openapi\.json|\*)|(GET|HEAD) \/(account|pages|sign-in|sign-up|signed-out|forgot-password|confirm-email|first-administrator)?(\/|$))/

type Description = { openapi: string; paths: Record<string, Record<string, unknown>> }

const operations = ({ paths }: Description) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )

/** `METHOD /path` of everything that Fastify would answer, from the tree of its routes that it prints. */
function registeredIn(app: TestApp): string[] {
  const found: string[] = []
  const prefixes: string[] = []
  for (const line of app.app.server.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', part = '', methods = ''] = /^([│ ]*)[├└]── (.*) \((.+)\)$/.exec(line) ?? []
    if (part === '') continue
    const depth = indent.length / 4
    const path = (prefixes[depth - 1] ?? '') + part
    prefixes.splice(depth, prefixes.length, path)
    const described = path.replace(/:(\w+)(?:\([^)]*\))?/g, '{$1}')
    found.push(...methods.split(', ').map((method) => `${method} ${described}`))
  }
  return found
}

/** A path with and without its final slash is the same one. */
const withoutSlash = (operation: string) => operation.replace(/(.)\/$/, '$1')

type Described = { parameters?: { name: string; in: string; required?: boolean }[]; security?: object[] }
type Whole = { paths: Record<string, Record<string, Described>>; components: { securitySchemes: object } }

/** What is wrong with a document: by the schema of OpenAPI 3.1, and beyond what that schema can check. */
async function faultsOf(document: Record<string, unknown>): Promise<string[]> {
  const validator = new Validator()
  const { valid, errors = [] } = await validator.validate(structuredClone(document))
  const faults = valid
    ? []
    : [typeof errors === 'string' ? errors : errors.map((error) => JSON.stringify(error)).join()]
  const { paths, components } = document as unknown as Whole
  const known = Object.keys(components.securitySchemes)
  for (const [path, methods] of Object.entries(paths)) {
    const variables = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    for (const [method, { parameters = [], security = [] }] of Object.entries(methods)) {
      const declared = parameters.filter((one) => one.in === 'path' && one.required === true).map(({ name }) => name)
      if (variables.toSorted().join() !== declared.toSorted().join()) faults.push(`${method} ${path}: parameters`)
      const unknown = security.flatMap((one) => Object.keys(one)).filter((name) => !known.includes(name))
      if (unknown.length > 0) faults.push(`${method} ${path}: security ${unknown}`)
    }
  }
  for (const [reference, name = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/components\/([^"]+)"/g)) {
    const found = name.split('/').reduce<unknown>((part, key) => (part as Record<string, unknown>)?.[key], components)
    if (found === undefined) faults.push(`${reference}: is not there`)
  }
  return faults
}

describe('the OpenAPI description', () => {
  let app: TestApp
  let description: Description

  beforeAll(async () => {
    app = await startTestApp({ database: anyDatabase, settings: { METRICS_TOKEN } })
    description = (await sendJson(app.url, 'GET', '/openapi.json')).json as Description
  })
  afterAll(() => app.close())

  it('has examples that match their schemas, for nearly all bodies', () => {
    type Media = { schema?: TSchema; example?: unknown }
    type Described = {
      requestBody?: { content?: Record<string, Media> }
      responses?: Record<string, { content?: Record<string, Media> }>
    }
    const { paths } = withoutNames(description) as { paths: Record<string, Record<string, Described>> }
    const bodies = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { requestBody, responses = {} }]) =>
        [requestBody, ...Object.entries(responses).flatMap(([status, one]) => (status.startsWith('2') ? [one] : []))]
          .map((part) => part?.content?.['application/json'])
          .filter((media) => media?.schema !== undefined)
          .map((media) => ({ operation: `${method} ${path}`, ...(media as Media & { schema: TSchema }) })),
      ),
    )
    const wrong = bodies.filter(({ schema, example }) => example !== undefined && !Compile(schema).Check(example))
    expect(wrong.map(({ operation, example }) => `${operation} ${JSON.stringify(example)}`)).toEqual([])
    const without = bodies.filter(({ example }) => example === undefined).map(({ operation }) => operation)
    expect(without.length / bodies.length, without.join()).toBeLessThan(0.1)
    expect(paths['/api/v1/login']?.post?.requestBody?.content?.['application/json']?.example).toEqual({
      username: 'kim',
      password: 'copper lantern 42',
    })
  })

  it('is valid OpenAPI 3.1', async () => {
    expect(await faultsOf(description)).toEqual([])
    expect(description.openapi).toMatch(/^3\.1\./)
  })

  it.each([
    ['a path without a slash', { nonsense: { get: {} } }],
    ['a parameter that no operation declares', { '/x/{id}': { get: { responses: {} } } }],
    [
      'a schema that does not exist',
      { '/x': { get: { responses: { 200: { $ref: '#/components/schemas/Nothing' } } } } },
    ],
    ['a scheme that does not exist', { '/x': { get: { responses: {}, security: [{ nothing: [] }] } } }],
  ])('would be rejected with %s', async (_name, paths) => {
    expect(await faultsOf({ ...description, paths: { ...description.paths, ...paths } })).not.toEqual([])
  })

  it('has an id, an explained tag, and every kind of refusal for each operation', () => {
    type Operation = { operationId: string; tags: string[]; responses: object; requestBody?: { content: object } }
    const all = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, ...(operation as Operation) })),
    )
    const ids = all.map(({ operationId }) => operationId)
    expect(ids.filter((id) => !/^[a-z][A-Za-z0-9]+$/.test(id))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
    const { tags } = description as unknown as { tags: { name: string }[] }
    const known = tags.map(({ name }) => name)
    expect(all.flatMap(({ tags: own }) => own).filter((tag) => !known.includes(tag))).toEqual([])
    const refusing = all.filter(({ path, method }) => /^\/(api|token|register)/.test(path) && method !== 'head')
    for (const { operationId, responses } of refusing) {
      expect([operationId, Object.keys(responses)]).toEqual([
        operationId,
        expect.arrayContaining(['400', '429', '500', '503']),
      ])
    }
    const bodyOf = (path: string) => Object.keys(all.find((one) => one.path === path)?.requestBody?.content ?? {})
    expect(bodyOf('/api/v1/introspect')).toContain('application/x-www-form-urlencoded')
    expect(bodyOf('/api/token/')).toContain('multipart/form-data')
  })

  it('names its schemas, so that generators turn them into types', () => {
    const { components } = description as unknown as { components: { schemas: object } }
    expect(Object.keys(components.schemas)).toEqual(
      expect.arrayContaining(['Account', 'AdminAccount', 'ClassicTokens', 'Problem', 'Session', 'Tokens', 'Webhook']),
    )
  })

  it('names every path of the classic contract with its methods', () => {
    const classic = Object.entries(description.paths).map(([path, methods]) => [
      path,
      Object.keys(methods)
        .filter((method) => method !== 'head')
        .sort()
        .join(' ')
        .toUpperCase(),
    ])
    expect(Object.fromEntries(classic)).toMatchObject(CLASSIC)
  })

  it('describes everything that has an answer, and nothing else', () => {
    const registered = registeredIn(app).filter((operation) => !UNDESCRIBED.test(operation))
    expect(registered).toContain('POST /api/login')
    expect(new Set(registered.map(withoutSlash))).toEqual(new Set(operations(description).map(withoutSlash)))
  })

  it('names everything once', () => {
    const named = operations(description).map(withoutSlash)
    expect(named.length).toBe(new Set(named).size)
  })

  it('leaves out the sample resources if they are off', async () => {
    const bare = await startTestApp({ database: anyDatabase, settings: { SAMPLE_RESOURCES: 'false' } })
    const { json } = await sendJson(bare.url, 'GET', '/openapi.json')
    const registered = registeredIn(bare).join()
    await bare.close()
    for (const path of ['/api/posts/', '/api/protected/', '/dashboard/']) {
      expect((json as Description).paths).not.toHaveProperty([path])
      expect(registered).not.toContain(path)
    }
  })
})

describe('the reference page', () => {
  /** Everything that a browser would load by itself. Links wait for a click and may lead anywhere. */
  const LOADED =
    /<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*\b(?:src|data)=["']?([^"'\s>]+)|<link\b[^>]*\bhref=["']?([^"'\s>]+)|@import\s+(?:url\()?["']?([^"')\s;]+)|url\(["']?([^"')]+)/gi

  it('loads nothing from another host, and could not', async () => {
    const app = await startTestApp({ database: anyDatabase, settings: { DEBUG: 'true' } })
    const { status, headers, text } = await sendJson(app.url, 'GET', '/docs')
    const loaded = [...text.matchAll(LOADED)].map((match) => match.slice(1).find((url) => url !== undefined) ?? '')
    const scripts = loaded.map((url) => new URL(url, `${app.url}/docs/`)).filter(({ protocol }) => protocol !== 'data:')
    const answers = await Promise.all(scripts.map(({ pathname }) => sendJson(app.url, 'GET', pathname)))
    await app.close()

    expect(status).toBe(200)
    expect(headers['content-type']).toEqual([expect.stringMatching(/^text\/html/)])
    expect(scripts.length).toBeGreaterThan(0)
    expect(scripts.map(({ origin }) => origin)).toEqual(scripts.map(() => app.url))
    expect(answers.map((answer) => answer.status)).toEqual(scripts.map(() => 200))
    const [policy = ''] = headers['content-security-policy'] ?? []
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/https?:|\*|unsafe-/)
    for (const directive of policy.split(';').slice(1)) expect(directive.trim()).toMatch(/^[a-z-]+ '(self|none)'/)
  })

  it('does not exist without DEBUG', async () => {
    const app = await startTestApp({ database: anyDatabase })
    const statuses = await Promise.all(
      ['/docs', '/docs/', '/docs/get-healthz/'].map(async (path) => (await sendJson(app.url, 'GET', path)).status),
    )
    await app.close()
    expect(statuses).toEqual([404, 404, 404])
  })
})
