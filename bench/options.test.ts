import { describe, expect, it } from 'vitest'
import { readOptions } from './options.ts'
import { scenarioNames } from './scenarios.ts'

describe('the options of the benchmark', () => {
  it('measure everything if nothing is said', () => {
    expect(readOptions([])).toMatchObject({
      scenarios: scenarioNames,
      postgres: false,
      json: false,
      refreshes: 100_000,
    })
  })

  it('pick scenarios by name and refuse names that are none', () => {
    expect(readOptions(['--only', 'refresh,login'])).toMatchObject({ scenarios: ['refresh', 'login'] })
    expect(() => readOptions(['--only', 'refresh,logn'])).toThrow('there is no scenario logn')
  })

  it('refuse what they do not know', () => {
    expect(() => readOptions(['--qick'])).toThrow()
  })
})
