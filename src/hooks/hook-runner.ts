import { AuthError } from '../errors.ts'
import type { JsonObject } from '../platform/json.ts'
import type { Logger } from '../platform/log.ts'
import { HookFault, readClaims, readMembers, readRefusal, readVerdict } from './hook-answer.ts'
import type {
  AnswerEvent,
  HookAccount,
  HookName,
  HookNewAccount,
  Hooks,
  TokenEvent,
  UnknownPasswordEvent,
} from './hooks.ts'

type EventOf<Name extends HookName> = Parameters<NonNullable<Hooks[Name]>>[0]

/** Calls the deployment's hooks for flows, never inside a transaction, because a hook may take long. */
export type HookRunner = {
  /** Whether this hook exists. If not, nothing has to be prepared for it. */
  has(name: HookName): boolean
  /**
   * Asks whether an operation may proceed.
   *
   * @throws AuthError `hook_refused`, `invalid_fields`; `unavailable` if the hook failed or took too long
   */
  ask<Name extends 'beforeRegistration' | 'beforeLogin' | 'beforePasswordChange'>(
    name: Name,
    event: EventOf<Name>,
  ): Promise<void>
  /** Reports a completed operation, which the hook can no longer prevent. */
  tell<Name extends 'afterRegistration' | 'afterLogin'>(name: Name, event: EventOf<Name>): Promise<void>
  /**
   * The additional claims of an access token; none of them is one of Latchkey's own.
   *
   * @throws AuthError as `ask`
   */
  claimsFor(event: TokenEvent): Promise<JsonObject>
  /**
   * Whether the deployment says that a password is right for an account. False without the hook, and if its answer is
   * invalid.
   *
   * @throws AuthError `unavailable` if the hook failed or took too long
   */
  verifies(event: UnknownPasswordEvent & { account: HookAccount }): Promise<boolean>
  /**
   * The account to create for a name that no account here has; undefined if the deployment does not know the name, if
   * the password is wrong, or if the hook failed. Never throws, because an error would tell strangers which names are
   * unknown.
   */
  movesIn(event: UnknownPasswordEvent & { account: undefined }): Promise<HookNewAccount | undefined>
  /** Logs why an account that the hook returned cannot be created. */
  reportMoveIn(why: string): void
  /** The members to add to a response. If the hook fails there are none, because the operation has already happened. */
  membersFor(event: AnswerEvent): Promise<JsonObject>
}

type HookRunnerParts = {
  hooks: Hooks
  timeoutMs: number
  /** Claims that no hook may set. */
  reservedClaims: readonly string[]
  log: Logger
}

const BAD_VERDICT = 'a hook failed or returned something invalid, so the login counts as one with a wrong password'
const NO_ACCOUNT = 'it returned verified: true for a name that no account here has, but no account to create'

export function createHookRunner({ hooks, timeoutMs, reservedClaims, log }: HookRunnerParts): HookRunner {
  const reported = new Set<string>()

  /** Waits for a hook, for a limited time. */
  async function call<Name extends HookName>(name: Name, event: EventOf<Name>): Promise<unknown> {
    const hook = hooks[name] as ((event: EventOf<Name>, context: { signal: AbortSignal }) => unknown) | undefined
    if (hook === undefined) return undefined
    const aborting = new AbortController()
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      late.reject(new Error(`it took longer than ${timeoutMs} ms`))
      aborting.abort()
    }, timeoutMs)
    try {
      return await Promise.race([(async () => hook(event, { signal: aborting.signal }))(), late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  /**
   * Calls a hook and reads its answer. If that fails, the operation is refused, because a check that fails open
   * protects nothing.
   */
  async function decide<Name extends HookName, Result>(
    name: Name,
    event: EventOf<Name>,
    read: (answer: unknown) => { refusal: AuthError | undefined; result: Result },
  ): Promise<Result> {
    let decision: { refusal: AuthError | undefined; result: Result }
    try {
      decision = read(await call(name, event))
    } catch (error) {
      log.error({ hook: name, err: error }, 'a hook failed, so its request was refused')
      throw new AuthError('unavailable', { detail: `hook ${name} failed` })
    }
    if (decision.refusal !== undefined) throw decision.refusal
    return decision.result
  }

  function withoutReserved(claims: JsonObject): JsonObject {
    const taken = Object.keys(claims).filter((name) => reservedClaims.includes(name))
    for (const claim of taken.filter((name) => !reported.has(name))) {
      reported.add(claim)
      log.warn({ hook: 'beforeToken', claim }, 'a hook tried to set a reserved claim; the claim was ignored')
    }
    return Object.fromEntries(Object.entries(claims).filter(([name]) => !taken.includes(name)))
  }

  return {
    has: (name) => hooks[name] !== undefined,
    ask: (name, event) => decide(name, event, (answer) => ({ refusal: readRefusal(answer), result: undefined })),
    async tell(name, event) {
      try {
        await call(name, event)
      } catch (error) {
        log.error({ hook: name, err: error }, 'a hook failed after the operation was completed')
      }
    },
    verifies: (event) =>
      decide('verifyUnknownPassword', event, (answer) => {
        try {
          return { refusal: undefined, result: readVerdict(answer).verified }
        } catch (error) {
          log.error({ hook: 'verifyUnknownPassword', err: error }, BAD_VERDICT)
          return { refusal: undefined, result: false }
        }
      }),
    async movesIn(event) {
      try {
        const { verified, account } = readVerdict(await call('verifyUnknownPassword', event))
        if (verified && account === undefined) throw new HookFault(NO_ACCOUNT)
        return verified ? account : undefined
      } catch (error) {
        log.error({ hook: 'verifyUnknownPassword', err: error }, BAD_VERDICT)
        return undefined
      }
    },
    reportMoveIn(why) {
      log.error({ hook: 'verifyUnknownPassword', err: new HookFault(why) }, BAD_VERDICT)
    },
    async membersFor(event) {
      try {
        return readMembers(await call('addToAnswer', event))
      } catch (error) {
        log.error({ hook: 'addToAnswer', err: error }, 'a hook failed, so its members are missing from a response')
        return {}
      }
    },
    async claimsFor(event) {
      return withoutReserved(
        await decide('beforeToken', event, (answer) => ({ refusal: readRefusal(answer), result: readClaims(answer) })),
      )
    },
  }
}
