import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '../../src/errors.ts'
import { sessionEndReasons } from '../../src/sessions/session.ts'
import { problemTexts } from '../../web/src/api/problem-texts.ts'
import { rareTexts } from '../../web/src/api/rare-texts.ts'
import { faultTexts } from '../../web/src/forms/fault-texts.ts'
import { endReasonTexts } from '../../web/src/session/end-reason-texts.ts'
import { sessionsTexts } from '../../web/src/sessions/sessions-texts.ts'

const source = join(import.meta.dirname, '../../src')

/** Shown with a number or the name of the other value: see `fault-words.ts`. */
const saidWithFacts = ['too_short', 'too_similar']

/** Every fault that the sources name. */
function namedFaults(): string[] {
  const files = globSync('{accounts,errors.ts,flows,http/v1,passwords,permissions,platform,webhooks}/**/*.ts', {
    cwd: source,
    exclude: ['**/*.test.ts'],
  })
  const forms = [/\bfault: '(\w+)'/g, /\bfieldRefusal\([^,()]+, '(\w+)'/g, /: '(\w+_taken)'/g]
  return files.flatMap((file) => {
    const code = readFileSync(join(source, file), 'utf8')
    return forms.flatMap((form) => [...code.matchAll(form)].map(([, name = '']) => name))
  })
}

describe.each(['en', 'de'] as const)('in %s, the pages have words', (language) => {
  it('for every error code of the API', () => {
    const known = { ...problemTexts[language], ...rareTexts[language].problems }
    expect(errorCodes.filter((code) => !Object.hasOwn(known, code))).toEqual([])
  })

  it('for every reason why a session ends, to its owner and to administrators', () => {
    for (const reasons of [endReasonTexts[language], sessionsTexts[language].reasons]) {
      expect(sessionEndReasons.filter((reason) => !Object.hasOwn(reasons, reason))).toEqual([])
    }
  })

  it('for every fault of a field', () => {
    const faults = namedFaults()
    expect(faults).toContain('username_taken')
    expect(faults).toContain('unknown_group')
    const known = { ...faultTexts[language], ...rareTexts[language].faults }
    const unknown = faults.filter((fault) => !saidWithFacts.includes(fault) && !Object.hasOwn(known, fault))
    expect([...new Set(unknown)]).toEqual([])
  })
})

it('nothing is both in the part that sign-in loads and in the other one', () => {
  const both = [
    ...Object.keys(problemTexts.en).filter((code) => Object.hasOwn(rareTexts.en.problems, code)),
    ...Object.keys(faultTexts.en).filter((fault) => Object.hasOwn(rareTexts.en.faults, fault)),
  ]
  expect(both).toEqual([])
})
