import { expect, it } from 'vitest'
import { auditEvents } from '../../src/audit/event-meanings.ts'
import { wireName } from '../../src/platform/wire-name.ts'
import { factTexts } from '../../web/src/events/fact-texts.ts'

it('every fact of every event has a name in each language of the pages', () => {
  const facts = new Set(Object.values(auditEvents).flatMap(({ facts }) => Object.keys(facts).map(wireName)))
  for (const texts of Object.values(factTexts)) {
    expect([...facts].filter((name) => !Object.hasOwn(texts.facts, name))).toEqual([])
  }
})
