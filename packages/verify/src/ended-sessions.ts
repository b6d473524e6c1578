import type { Claims } from './claims.ts'
import type { VerifiedToken } from './verified-token.ts'

/** What the session feed has reported. Each event is kept as long as a token that it concerns could live. */
export type EndedSessions = {
  /** Reads one Security Event Token, whose signature was verified. Events of other kinds are ignored. */
  record(event: Claims, now: number): void
  /** Why a token is no longer valid; undefined if the feed has reported nothing about it. */
  find(token: VerifiedToken): { reason: string | undefined } | undefined
}

const SESSION_REVOKED = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'
const ACCOUNT_DISABLED = 'https://schemas.openid.net/secevent/risc/event-type/account-disabled'
const ACCOUNT_PURGED = 'https://schemas.openid.net/secevent/risc/event-type/account-purged'

/** For a session: any token. For an account: tokens that were issued until then, in epoch seconds. */
type Ended = { reason: string | undefined; issuedUntil: number; keepUntil: number }

/** @param keepMs how long an event matters: at least the life of an access token */
export function createEndedSessions(keepMs: number): EndedSessions {
  const sessions = new Map<string, Ended>()
  const accounts = new Map<string, Ended>()

  function add(ends: Map<string, Ended>, id: string, ended: Ended): void {
    // Added at the end, so that each map stays in the order of keepUntil.
    ends.delete(id)
    ends.set(id, ended)
  }

  function forget(ends: Map<string, Ended>, now: number): void {
    for (const [id, { keepUntil }] of ends) {
      if (keepUntil > now) return
      ends.delete(id)
    }
  }

  return {
    record(event, now) {
      forget(sessions, now)
      forget(accounts, now)
      const subject = member(event, 'sub_id')
      const toe = numberOf(event.toe) ?? numberOf(event.iat) ?? Math.floor(now / 1000)
      const keepUntil = now + keepMs
      for (const type of Object.keys(member(event, 'events') ?? {})) {
        const account = accountOf(subject) ?? accountOf(member(subject, 'user'))
        const reason = textOf(member(member(member(event, 'events'), type), 'reason_admin')?.en)
        const sessionId = textOf(member(subject, 'session')?.id)
        if (type === SESSION_REVOKED && sessionId !== undefined) {
          add(sessions, sessionId, { reason, issuedUntil: Number.POSITIVE_INFINITY, keepUntil })
        } else if (account !== undefined && (type === SESSION_REVOKED || type === ACCOUNT_DISABLED)) {
          const issuedUntil = Math.max(toe, accounts.get(account)?.issuedUntil ?? 0)
          add(accounts, account, { reason, issuedUntil, keepUntil })
        } else if (account !== undefined && type === ACCOUNT_PURGED) {
          add(accounts, account, { reason, issuedUntil: Number.POSITIVE_INFINITY, keepUntil })
        }
      }
    },
    find({ sessionId, accountId, issuedAt }) {
      const session = sessionId === undefined ? undefined : sessions.get(sessionId)
      if (session !== undefined) return session
      const account = accounts.get(accountId)
      return account !== undefined && issuedAt <= account.issuedUntil * 1000 ? account : undefined
    },
  }
}

/** The account of a subject (RFC 9493): `iss_sub`, or `opaque` if the deployment has no issuer. */
function accountOf(subject: Claims | undefined): string | undefined {
  if (subject?.format === 'iss_sub') return textOf(subject.sub)
  return subject?.format === 'opaque' ? textOf(subject.id) : undefined
}

function member(value: Claims | undefined, name: string): Claims | undefined {
  const found = value !== undefined && Object.hasOwn(value, name) ? value[name] : undefined
  return typeof found === 'object' && found !== null ? (found as Claims) : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
