import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/platform/clock.ts'
import { pruneLimitCounts } from '../../src/rate-limits/limit-count-store.ts'
import { databases } from '../support/databases.ts'
import { attempt, createLimiters, type Limiters, MINUTE, SUBJECT } from '../support/limiters.ts'

const rate = { count: 4, windowMs: 5 * MINUTE }
const fromHere = { limit: 'login-per-address', key: '203.0.113.7' } as const
const fromThere = { limit: 'login-per-address', key: '198.51.100.1' } as const
const pair = { limit: 'login-per-address-and-account', key: '203.0.113.7 1' } as const
const request = { limit: 'requests-per-address', key: '203.0.113.7' } as const

const tally = (outcomes: readonly string[]) =>
  Object.fromEntries(
    [...new Set(outcomes)].sort().map((one) => [one, outcomes.filter((other) => other === one).length]),
  )

describe.each(databases)('a limit counted with $name', (kind) => {
  let limiters: Limiters

  beforeAll(async () => {
    limiters = await createLimiters(kind)
  })
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    await limiters.forget()
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  afterAll(() => limiters.close())

  it('refuses once there were as many failures as it allows, and says when to try again', async () => {
    const limiter = limiters.aLimiter({ 'login-per-address': rate })
    for (let nth = 0; nth < 4; nth++) expect(await attempt(limiter, [fromHere], false)).toBe('wrong')
    vi.advanceTimersByTime(MINUTE + 1)
    await expect(
      limiter.guard(
        [fromHere],
        SUBJECT,
        async () => 'done',
        () => false,
      ),
    ).rejects.toMatchObject({
      code: 'throttled',
      detail: 'login-per-address',
      retryAfterSeconds: 240,
      limit: { name: 'login-per-address', count: 4, windowSeconds: 300 },
    })
    expect(await attempt(limiter, [fromThere], false)).toBe('wrong')
  })

  it('refuses a right attempt and a wrong one alike, without running it', async () => {
    const limiter = limiters.aLimiter({ 'login-per-address': rate })
    for (let nth = 0; nth < 4; nth++) await attempt(limiter, [fromHere], false)
    const work = vi.fn(async () => 'right')
    await expect(limiter.guard([fromHere], SUBJECT, work, () => false)).rejects.toMatchObject({ code: 'throttled' })
    expect(work).not.toHaveBeenCalled()
  })

  it('starts again when its window is over', async () => {
    const limiter = limiters.aLimiter({ 'login-per-address': rate })
    for (let nth = 0; nth < 20; nth++) await attempt(limiter, [fromHere], false)
    vi.advanceTimersByTime(5 * MINUTE - 1)
    expect(await attempt(limiter, [fromHere], false)).toBe('throttled')
    vi.advanceTimersByTime(1)
    const outcomes = []
    for (let nth = 0; nth < 5; nth++) outcomes.push(await attempt(limiter, [fromHere], false))
    expect(tally(outcomes)).toEqual({ throttled: 1, wrong: 4 })
  })

  it.each([16, 100])('lets no more of %i simultaneous wrong attempts through than it allows', async (racers) => {
    const { aLimiter } = limiters
    const limiter = aLimiter({ 'login-per-address': rate })
    const outcomes = await Promise.all(Array.from({ length: racers }, () => attempt(limiter, [fromHere], false)))
    expect(tally(outcomes)).toEqual({ throttled: racers - 4, wrong: 4 })
  })

  it('lets 100 simultaneous right attempts pass, because none of them fails', async () => {
    const limiter = limiters.aLimiter({ 'login-per-address': rate })
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => attempt(limiter, [fromHere], true)))
    expect(tally(outcomes)).toEqual({ right: 100 })
  })

  it('forgets failures in a row after a success, but not failures that are only counted', async () => {
    const limiter = limiters.aLimiter({
      'login-per-address-and-account': rate,
      'login-per-address': { ...rate, count: 7 },
    })
    const outcomes = []
    for (const isGood of [false, false, false, true, false, false, false, false, true]) {
      outcomes.push(await attempt(limiter, [pair, fromHere], isGood))
    }
    expect(outcomes).toEqual([...'wrong '.repeat(3).trim().split(' '), 'right', ...Array(4).fill('wrong'), 'throttled'])
  })

  it('takes back the count of an attempt that could not be made', async () => {
    const limiter = limiters.aLimiter({ 'login-per-address': rate })
    for (let nth = 0; nth < 20; nth++) {
      const overloaded = limiter.guard(
        [fromHere],
        SUBJECT,
        () => Promise.reject(new Error('no room')),
        () => true,
      )
      await expect(overloaded).rejects.toThrow('no room')
    }
    expect(await attempt(limiter, [fromHere], false)).toBe('wrong')
  })

  it('takes nothing back after the window has ended, because the next one would allow more', async () => {
    const limiter = limiters.aLimiter({ 'login-per-address': rate })
    const late = async () => vi.advanceTimersByTime(5 * MINUTE)
    await limiter.guard([fromHere], SUBJECT, late, () => false)
    const outcomes = []
    for (let nth = 0; nth < 5; nth++) outcomes.push(await attempt(limiter, [fromHere], false))
    expect(tally(outcomes)).toEqual({ throttled: 1, wrong: 4 })
  })

  it('does not count a request under one claim if it is refused under another', async () => {
    const limiter = limiters.aLimiter({
      'login-per-address-and-account': { ...rate, count: 10 },
      'login-per-address': rate,
    })
    for (let nth = 0; nth < 12; nth++) await attempt(limiter, [pair, fromHere], false)
    vi.advanceTimersByTime(MINUTE)
    expect(await attempt(limiter, [pair], true)).toBe('right')
  })

  it('sees before an attempt whether there is room for one, and does not count that look', async () => {
    const limiter = limiters.aLimiter({ 'login-per-address': rate })
    for (let nth = 0; nth < 20; nth++) await limiter.admit(fromHere, SUBJECT)
    for (let nth = 0; nth < 4; nth++) await attempt(limiter, [fromHere], false)
    await expect(async () => limiter.admit(fromHere, SUBJECT)).rejects.toMatchObject({
      code: 'throttled',
      retryAfterSeconds: 300,
    })
    vi.advanceTimersByTime(5 * MINUTE)
    await limiter.admit(fromHere, SUBJECT)
  })

  it('counts requests whatever their outcome', async () => {
    const limiter = limiters.aLimiter({ 'requests-per-address': rate })
    for (let nth = 0; nth < 4; nth++) await limiter.admit(request, SUBJECT)
    await expect(async () => limiter.admit(request, SUBJECT)).rejects.toMatchObject({ code: 'throttled' })
  })

  it('counts nothing while limits are off', async () => {
    const limiter = limiters.aLimiter({ 'login-per-address': rate, 'requests-per-address': rate }, false)
    for (let nth = 0; nth < 20; nth++) {
      expect(await attempt(limiter, [fromHere, pair], false)).toBe('wrong')
      await limiter.admit(request, SUBJECT)
    }
  })

  it('logs once in each window whom it stops, and no key', async () => {
    const { aLimiter, log } = limiters
    const limiter = aLimiter({ 'login-per-account': rate })
    const ofName = { limit: 'login-per-account', key: 'typed by a stranger' } as const
    for (let nth = 0; nth < 20; nth++) await attempt(limiter, [ofName], false)
    expect(log()).toEqual([
      expect.objectContaining({ message: 'rate limit reached', limit: 'login-per-account', ...SUBJECT, seconds: 300 }),
    ])
    expect(JSON.stringify(log())).not.toContain('typed by')
    vi.advanceTimersByTime(5 * MINUTE)
    for (let nth = 0; nth < 20; nth++) await attempt(limiter, [ofName], false)
    expect(log()).toHaveLength(2)
  })
})

describe.each(databases.filter(({ name }) => name === 'PostgreSQL'))('processes on one $name', (postgres) => {
  let limiters: Limiters

  beforeAll(async () => {
    limiters = await createLimiters(postgres)
  })
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    await limiters.forget()
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  afterAll(() => limiters.close())

  it('count failures together, even simultaneous ones', async () => {
    const { aLimiter } = limiters
    const [one, other] = [aLimiter({ 'login-per-address': rate }), aLimiter({ 'login-per-address': rate })]
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, nth) => attempt(nth % 2 ? one : other, [fromHere], false)),
    )
    expect(tally(outcomes)).toEqual({ throttled: 36, wrong: 4 })
    expect(await attempt(one, [fromHere], true)).toBe('throttled')
  })

  it('notice a success in another process', async () => {
    const { aLimiter } = limiters
    const rates = { 'login-per-address-and-account': rate }
    const [one, other] = [aLimiter(rates), aLimiter(rates)]
    for (let nth = 0; nth < 3; nth++) await attempt(one, [pair], false)
    expect(await attempt(other, [pair], true)).toBe('right')
    for (let nth = 0; nth < 4; nth++) expect(await attempt(one, [pair], false)).toBe('wrong')
  })

  it('admit a client again that was refused because of attempts elsewhere, once those succeed', async () => {
    const { aLimiter } = limiters
    const rates = { 'login-per-address': rate }
    const finish: (() => void)[] = []
    const underWay = [aLimiter(rates), aLimiter(rates)].flatMap((one) =>
      [1, 2].map(() => {
        const work = () => new Promise<void>((resolve) => finish.push(resolve))
        return one.guard([fromHere], SUBJECT, work, () => false)
      }),
    )
    const third = aLimiter(rates)
    await expect.poll(() => finish).toHaveLength(4)
    expect(await attempt(third, [fromHere], true)).toBe('throttled')
    for (const end of finish) end()
    await Promise.all(underWay)
    expect(await attempt(third, [fromHere], true)).toBe('right')
  })

  it('do not ask the database about every client of a flood', async () => {
    const { aLimiter, database } = limiters
    const limiter = aLimiter({ 'login-per-address': rate })
    for (let nth = 0; nth < 30; nth++) await attempt(limiter, [fromHere], false)
    expect(await database.read.selectFrom('rate_limits').select('points').execute()).toEqual([{ points: 4 }])
  })

  it('count separately what is asked too often to be shared', async () => {
    const { aLimiter, database } = limiters
    const limiter = aLimiter({ 'requests-per-address': rate })
    await limiter.admit(request, SUBJECT)
    expect(await database.read.selectFrom('rate_limits').selectAll().execute()).toEqual([])
  })

  it('keep a count until its window is over, and no longer', async () => {
    const { aLimiter, database } = limiters
    const limiter = aLimiter({ 'login-per-address': rate })
    await attempt(limiter, [fromHere], false)
    vi.advanceTimersByTime(MINUTE)
    await attempt(limiter, [fromThere], false)
    const prune = () => database.inTransaction((tx) => pruneLimitCounts(tx, systemClock.now(), 10))
    expect(await prune()).toBe(0)
    vi.advanceTimersByTime(4 * MINUTE + 1)
    expect(await prune()).toBe(1)
    const left = await database.read.selectFrom('rate_limits').select('key').execute()
    expect(left).toEqual([{ key: 'login-per-address:198.51.100.1' }])
  })

  it('continue to count in memory while the database cannot count, and log that once', async () => {
    const { aLimiter, database, log } = limiters
    const limiter = aLimiter({ 'login-per-address': rate })
    await database.inTransaction((tx) => tx.schema.dropTable('rate_limits').execute())
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => attempt(limiter, [fromHere], false)))
    expect(tally(outcomes)).toEqual({ throttled: 12, wrong: 4 })
    await expect(async () => limiter.admit(fromHere, SUBJECT)).rejects.toMatchObject({ code: 'throttled' })
    expect(log().filter(({ message }) => message.startsWith('rate limits cannot be counted'))).toHaveLength(1)
  })
})
