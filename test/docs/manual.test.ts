import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { auditEvents } from '../../src/audit/event-meanings.ts'
import { errorCodes } from '../../src/errors.ts'
import { classicErrors } from '../../src/http/classic/errors.ts'
import { apiErrors } from '../../src/http/refusals/problem.ts'
import { type MetricFacts, metricCatalogue } from '../../src/metrics/catalogue.ts'
import { wireName } from '../../src/platform/wire-name.ts'
import { sessionEndReasons } from '../../src/sessions/session.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp } from '../support/test-app.ts'
import { type ApiDescription, describeShapes, operationsByTag } from './api-manual.ts'
import { blockNames, withBlocks } from './generated-blocks.ts'

const docs = join(import.meta.dirname, '../../docs')
const pageNamed = (name: string) => readFileSync(join(docs, name), 'utf8')

/** `npx vitest run test/docs -u` writes the parts of the manual that are generated from the code. */
describe('docs/api.md', () => {
  let byTag: Map<string, string[]>
  let shapes: string[]

  beforeAll(async () => {
    const [anyDatabase] = databases
    if (anyDatabase === undefined) throw new Error('there is no database')
    const app = await startTestApp({ database: anyDatabase })
    const description = (await sendJson(app.url, 'GET', '/openapi.json')).json as ApiDescription
    byTag = operationsByTag(description)
    shapes = describeShapes(description)
    await app.close()
  })

  it('has a part for each kind of path', () => {
    expect(blockNames(pageNamed('api.md')).toSorted()).toEqual([...byTag.keys(), 'events', 'shapes'].toSorted())
  })

  it('describes every path of v1 as the code does', async () => {
    const blocks = [...byTag].map(([tag, operations]) => [tag, operations.join('\n\n')] as const)
    const shapeTable = ['| name | members |', '| --- | --- |', ...shapes].join('\n')
    const page = withBlocks(pageNamed('api.md'), {
      ...Object.fromEntries(blocks),
      events: eventTable(),
      shapes: shapeTable,
    })
    await expect(page).toMatchFileSnapshot(join(docs, 'api.md'))
  })
})

function eventTable(): string {
  const rows = Object.entries(auditEvents).map(([name, { meaning, facts }]) => {
    const told = Object.entries(facts).map(([fact, says]) => `\`${wireName(fact)}\`: ${says}`)
    return `| \`${name}\` | ${meaning} | ${told.join('; ')} |`
  })
  return ['| event | | `facts` |', '| --- | --- | --- |', ...rows].join('\n')
}

describe('docs/error-codes.md', () => {
  const cell = (text: string | undefined) => (text === undefined ? '' : text.replaceAll('|', '\\|'))

  const v1 = errorCodes.map((code) => `| \`${code}\` | ${apiErrors[code].status} | ${cell(apiErrors[code].title)} |`)
  const classic = errorCodes.map((code) => {
    const error: { status: number; detail: string; code?: string } = classicErrors[code]
    return `| \`${code}\` | ${error.status} | ${cell(error.detail)} | ${error.code ? `\`${error.code}\`` : ''} |`
  })

  it('has every code of both contracts, and no others', async () => {
    const blocks = {
      v1: ['| code | status | |', '| --- | --- | --- |', ...v1].join('\n'),
      classic: ['| reason in the log | status | `detail` | `code` |', '| --- | --- | --- | --- |', ...classic].join(
        '\n',
      ),
    }
    await expect(withBlocks(pageNamed('error-codes.md'), blocks)).toMatchFileSnapshot(join(docs, 'error-codes.md'))
  })

  it('explains every reason for the end of a session, and no others', () => {
    const [, rest = ''] = pageNamed('error-codes.md').split('\n## Why was I signed out?\n')
    const [section = ''] = rest.split('\n## ')
    const explained = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason)
    expect(explained.toSorted()).toEqual([...sessionEndReasons].toSorted())
  })
})

describe('docs/metrics.md', () => {
  const page = pageNamed('metrics.md')
  const rows = Object.entries(metricCatalogue).map(([name, { type, labels, help }]: [string, MetricFacts]) => {
    const told = labels.map((label) => `\`${label}\``).join(', ')
    return `| \`${name}\` | ${type} | ${told} | ${help} |`
  })

  it('has every metric, and no others', async () => {
    const blocks = { metrics: ['| metric | | labels | |', '| --- | --- | --- | --- |', ...rows].join('\n') }
    await expect(withBlocks(page, blocks)).toMatchFileSnapshot(join(docs, 'metrics.md'))
    const mentioned = [...page.matchAll(/latchkey_\w+/g)].map(([name]) => name.replace(/_bucket$/, ''))
    expect(mentioned.filter((name) => !Object.hasOwn(metricCatalogue, name))).toEqual([])
  })
})
