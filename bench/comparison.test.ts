import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { compare } from './comparison.ts'
import { WrongAnswer } from './load/load.ts'
import { encodeRequest } from './load/request.ts'
import type { Scenario } from './scenarios.ts'
import type { ServerUnderTest } from './servers.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

/** A server that reports this much processor time for each response. */
async function serverOf(name: string, body: string, cpuMsOfAnswer: number): Promise<ServerUnderTest> {
  let answers = 0
  const server = createServer((_request, response) => {
    answers++
    response.setHeader('content-length', body.length).end(body)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { name, port, cpuMs: () => answers * cpuMsOfAnswer, memory: () => undefined, stop: async () => {} }
}

const scenario: Scenario = {
  name: 'verify',
  targets: {},
  connections: 2,
  exchange: () => ({
    request: () => encodeRequest({ method: 'GET', path: '/' }),
    accept: (_connection, { body }) => body.toString() === 'right',
  }),
}
const extent = { rounds: 3, roundMs: 10, warmUpMs: 5 }

describe('a comparison', () => {
  it('gives the processor time of an answer, and of the other server as a share of ours', async () => {
    const ours = { server: await serverOf('ours', 'right', 4), sessions: [] }
    const other = { server: await serverOf('other', 'right', 1), sessions: [] }
    const { latchkey, other: theirs, cpuRatio, ratio } = await compare(scenario, [ours, other], extent)
    expect([latchkey.server, latchkey.cpuMicroseconds]).toEqual(['ours', 4_000])
    expect([theirs.server, theirs.cpuMicroseconds]).toEqual(['other', 1_000])
    expect(cpuRatio).toBe(0.25)
    expect(ratio).toBeGreaterThan(0)
  })

  it('ends with a wrong answer', async () => {
    const ours = { server: await serverOf('ours', 'wrong', 1), sessions: [] }
    await expect(compare(scenario, [ours, ours], extent)).rejects.toThrow(WrongAnswer)
  })
})
