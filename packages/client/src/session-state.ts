import type { SessionEndReason } from './errors.ts'
import type { Me, Routes } from './generated/routes.ts'

/**
 * Why there is no session any more: an end reason, or the code with which the server refused the refresh token.
 * `token_not_valid` also stands for reasons of a newer server that this client does not know.
 */
export type EndReason =
  | SessionEndReason
  | Exclude<Routes['POST /refresh']['refusals'], 'hook_refused' | 'csrf_check_failed'>

/**
 * The state of the session.
 *
 * - `loading`: nobody has looked yet. With an `error` the server could not be asked: call `load()` again.
 * - `authenticated`: there is a session. `account` follows as soon as the server has told it.
 * - `anonymous`: there is none. `endReason` says why it is over, if there was one.
 */
export type SessionState =
  | {
      readonly status: 'loading'
      readonly account: undefined
      /** Why the server could not be asked. */
      readonly error?: unknown
    }
  | {
      readonly status: 'authenticated'
      /** The account of the session; undefined until the server has returned it. */
      readonly account: Me | undefined
    }
  | {
      readonly status: 'anonymous'
      readonly account: undefined
      /** Why the last session has ended; undefined if there was none. */
      readonly endReason: EndReason | undefined
    }

/** A set of functions to call. Adding one returns a function that removes it. */
export type Listeners<T> = {
  add(listener: (value: T) => void): () => void
  tell(value: T): void
  clear(): void
  size(): number
}

/** @param first is called before those that are added, and is never removed */
export function createListeners<T>(first?: (value: T) => void): Listeners<T> {
  // Each is wrapped, so that one function can be added twice.
  const boxes = new Set<{ listener: (value: T) => void }>()
  return {
    add(listener) {
      const box = { listener }
      boxes.add(box)
      return () => void boxes.delete(box)
    },
    tell(value) {
      if (first) quietly(first)(value)
      for (const { listener } of [...boxes]) quietly(listener)(value)
    },
    clear: () => boxes.clear(),
    size: () => boxes.size,
  }
}

/** A function of the application. Its error must not stop the client, for example in the middle of a logout. */
export function quietly<T>(listener: (value: T) => void): (value: T) => void {
  return (value) => {
    try {
      listener(value)
    } catch (error) {
      if (typeof reportError === 'function') reportError(error)
      // Node's EventTarget does the same.
      else
        setTimeout(() => {
          throw error
        })
    }
  }
}

/** A value that notifies its listeners of every change. */
export type Observable<T> = { get(): T; set(value: T): void; listeners: Listeners<void> }

export function createObservable<T>(value: T): Observable<T> {
  const listeners = createListeners<void>()
  return {
    get: () => value,
    set(next) {
      value = next
      listeners.tell()
    },
    listeners,
  }
}
