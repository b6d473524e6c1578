import type { AuditActor } from './events.ts'

const SERVICE = 'service:'

/** The text of an actor in the log. */
export function actorText(actor: AuditActor): string {
  if (typeof actor === 'string') return actor
  return 'service' in actor ? SERVICE + actor.service : 'account'
}

/** The actor of a stored event. */
export function toActor({ actor, actor_id }: { actor: string; actor_id: number | null }): AuditActor {
  if (actor_id !== null) return { accountId: actor_id }
  if (actor.startsWith(SERVICE)) return { service: actor.slice(SERVICE.length) }
  return actor === 'anonymous' || actor === 'command_line' ? actor : 'server'
}
