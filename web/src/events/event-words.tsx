import type { AnswerOf } from '@latchkey/client'
import type { ReactNode } from 'react'
import classes from '../administration/details.module.css'
import { limitsTexts } from '../limits/limits-texts.ts'
import { TextLink } from '../look/links.tsx'
import { Tag } from '../look/tag.tsx'
import { outboxTexts } from '../outbox/outbox-texts.ts'
import { useTexts } from '../texts/texts.tsx'
import { eventTexts } from './event-texts.ts'
import { factTexts } from './fact-texts.ts'

/** An event of the audit log, with the names of both accounts. */
export type NamedEvent = AnswerOf<'GET /admin/events'>['events'][number]

/** What happened, in words. */
export function useEventName(): (event: string) => string {
  const { names, unknownName } = useTexts(eventTexts)
  return (event) => (Object.hasOwn(names, event) ? names[event as keyof typeof names] : unknownName(event))
}

/** What happened, in words. An event that an administrator should look at twice stands out. */
export function EventName({ event }: { event: string }) {
  const name = useEventName()(event)
  return event === 'login.failed' || event === 'refresh.replayed' ? <Tag kind="bad">{name}</Tag> : name
}

/** Who did it: an account with a link to it, or somebody else in words. */
export function Actor({ event: { actor, account_id: accountId } }: { event: NamedEvent }): ReactNode {
  const texts = useTexts(eventTexts)
  if (actor.type === 'service') return texts.service(actor.service ?? '')
  if (actor.type !== 'account') return <span className={classes.oneLine}>{texts.actors[actor.type]}</span>
  const id = actor.account_id ?? 0
  if (id === accountId) return texts.themselves
  return <AccountLink id={id} username={actor.username ?? null} />
}

/** An account's name, with a link to it; for a deleted account, its number. */
export function AccountLink({ id, username }: { id: number; username: string | null }) {
  const texts = useTexts(eventTexts)
  if (username === null) return texts.gone(id)
  return (
    <TextLink to="/admin/users/$id/" params={{ id: String(id) }} inherit>
      {username}
    </TextLink>
  )
}

/** A fact of an event in words. */
type FactWords = { name: string; words: string }

/** The facts of an event, one by one. Ids of other things are left out unless `with_ids` is set. */
export function useFacts(): (facts: Readonly<Record<string, unknown>>, which?: 'with_ids') => FactWords[] {
  const { facts: names, values, fields, yes, no } = useTexts(factTexts)
  const { names: events } = useTexts(eventTexts)
  const { kinds: kind } = useTexts(outboxTexts)
  const { names: limit } = useTexts(limitsTexts)
  /** Facts whose values have words of their own. */
  const vocabularies: Readonly<Record<string, Readonly<Record<string, string>>>> = { fields, events, kind, limit }
  // Names that people have chosen are not our words, whatever they are.
  const verbatim = ['name', 'source', 'added', 'removed', 'permissions', 'uid', 'kid']
  const words = (name: string, value: unknown): string => {
    if (typeof value === 'boolean') return value ? yes : no
    if (Array.isArray(value)) return value.map((one) => words(name, one)).join(', ')
    const text = String(value)
    const known = vocabularies[name] ?? values
    return Object.hasOwn(known, text) && !verbatim.includes(name) ? (known[text as keyof typeof known] ?? text) : text
  }
  return (facts, which) =>
    Object.entries(facts)
      .filter(([name]) => which === 'with_ids' || !name.endsWith('_id'))
      .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
      .map(([name, value]) => ({
        name: Object.hasOwn(names, name) ? names[name as keyof typeof names] : name,
        words: words(name, value),
      }))
}

/** The facts of an event in a line: what changed, and why. Empty if there are none. */
export function useFactWords(): (facts: Readonly<Record<string, unknown>>) => string {
  const factsOf = useFacts()
  return (facts) =>
    factsOf(facts)
      .map(({ name, words }) => `${name}: ${words}`)
      .join(' · ')
}
