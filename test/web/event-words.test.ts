import { expect, it } from 'vitest'
import { auditEvents } from '../../src/audit/event-meanings.ts'
import { factorTypes } from '../../src/mfa/factor.ts'
import { wireName } from '../../src/platform/wire-name.ts'
import { sessionEndReasons } from '../../src/sessions/session.ts'
import { eventTexts } from '../../web/src/events/event-texts.ts'
import { factTexts } from '../../web/src/events/fact-texts.ts'

const languages = ['en', 'de'] as const

it.each(languages)('every event has a name in %s', (language) => {
  expect(Object.keys(eventTexts[language].names).toSorted()).toEqual(Object.keys(auditEvents).toSorted())
})

it.each(languages)('every fact of every event has a name in %s', (language) => {
  const facts = new Set(Object.values(auditEvents).flatMap(({ facts }) => Object.keys(facts).map(wireName)))
  expect([...facts].filter((name) => !Object.hasOwn(factTexts[language].facts, name))).toEqual([])
})

it.each(languages)('every reason why a session ends, and every factor, has words in %s', (language) => {
  const values = [...sessionEndReasons, ...factorTypes]
  expect(values.filter((value) => !Object.hasOwn(factTexts[language].values, value))).toEqual([])
})
